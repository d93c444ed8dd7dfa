# mp_pool_map_errors: map() ends when all calls have, and raises the first failure.
# needs: 3.11
# From: CPython's _TestPool (test_map_handle_iterable_exception, test_map_no_failfast).
import multiprocessing

from show import outcome


class SayWhenError(ValueError):
    pass


def check(x):
    if x in (3, 8):
        raise ValueError(f"bad {x}")
    return x


def key(x):
    raise KeyError(x)


def add(a, b):
    if a == b:
        raise RuntimeError("the same")
    return a + b


def exception_throwing_generator(total, when):
    if when == -1:
        raise SayWhenError("Somebody said when")
    for i in range(total):
        if i == when:
            raise SayWhenError("Somebody said when")
        yield i


def main():
    # One worker: what fails first is what comes first.
    with multiprocessing.get_context("fork").Pool(1) as pool:
        print("one:", outcome(lambda: pool.map(check, range(5))))
        print("two:", outcome(lambda: pool.map(check, range(10), 1)))
        print("chunks:", outcome(lambda: pool.map(check, range(10), 3)))
        print("good:", outcome(lambda: pool.map(check, range(3))))
        print("key:", outcome(lambda: pool.map(key, ["a"])))
        print("starmap:", outcome(lambda: pool.starmap(add, [(1, 2), (2, 2)])))
        result = pool.map_async(check, range(10), 1)
        print("async:", outcome(result.get), result.ready(), result.successful(), outcome(result.get))
        print("input:", outcome(lambda: pool.map(check, exception_throwing_generator(1, -1), 1)))
        print("input:", outcome(lambda: pool.map(check, exception_throwing_generator(10, 2), 1)))
        print("async, input:", outcome(lambda: pool.map_async(check, exception_throwing_generator(10, 2), 1)))
        print("still there:", pool.map(check, range(3)))


if __name__ == "__main__":
    main()
