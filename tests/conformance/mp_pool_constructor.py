# mp_pool_constructor: what a Pool may be made with.
# needs: 3.11
# From: CPython's TestPoolNotLeakOnFailure and test_pool_worker_lifetime, and the documentation of Pool.
import multiprocessing
import multiprocessing.pool

from show import outcome


def square(x):
    return x * x


def nothing():
    pass


def used(make):
    with make() as pool:
        return pool.map(square, range(3))


def main():
    fork = multiprocessing.get_context("fork")
    for processes in (0, -1):
        print("processes:", outcome(lambda: fork.Pool(processes)))
    for lifetime in (0, -1):
        print("maxtasksperchild:", outcome(lambda: fork.Pool(1, maxtasksperchild=lifetime)))
    print("both:", outcome(lambda: fork.Pool(0, maxtasksperchild=0)))
    print("children:", len(multiprocessing.active_children()))

    print("Pool(2):", used(lambda: fork.Pool(2)))
    print("Pool():", used(lambda: fork.Pool()))
    print("Pool(None):", used(lambda: fork.Pool(None)))
    print("keyword:", used(lambda: fork.Pool(processes=2, maxtasksperchild=3)))
    print("context:", used(lambda: multiprocessing.pool.Pool(2, context=fork)))
    print("context:", used(lambda: multiprocessing.pool.Pool(2, nothing, (), None, fork)))
    multiprocessing.set_start_method("spawn")
    print("default:", used(lambda: multiprocessing.Pool(1)))
    print("children:", len(multiprocessing.active_children()))
    with fork.Pool(3) as pool:
        print("children:", len(multiprocessing.active_children()), pool.apply(square, (4,)))


if __name__ == "__main__":
    main()
