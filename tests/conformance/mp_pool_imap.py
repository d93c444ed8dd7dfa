# mp_pool_imap: results one by one, in order or as they come.
# needs: 3.11
# From: the documentation of Pool.imap(), and CPython's _TestPool (test_imap, test_imap_unordered).
import multiprocessing

from show import outcome


def square(x):
    return x * x


def nothing(x):
    pass


def main():
    pool = multiprocessing.get_context("fork").Pool(3)
    print("imap:", list(pool.imap(square, range(10))))
    print("chunks:", list(pool.imap(square, range(10), 3)), list(pool.imap(square, range(10), chunksize=100)))
    print("empty:", list(pool.imap(square, [])), list(pool.imap(square, [], 2)))
    it = pool.imap(square, [5, 6, 7])
    print("next:", next(it), it.next(), it.next(timeout=10))
    print("end:", next(it, None), next(it, None))
    it = pool.imap(square, range(1000))
    print("many:", all(next(it) == i * i for i in range(1000)), next(it, None))
    it = pool.imap(square, range(1000), chunksize=100)
    print("many:", all(next(it) == i * i for i in range(1000)), next(it, None))
    print("nothing:", len(list(pool.imap(nothing, range(4)))))

    print("unordered:", sorted(pool.imap_unordered(square, range(10))))
    print("chunks:", sorted(pool.imap_unordered(square, range(10), 3)))
    print("empty:", sorted(pool.imap_unordered(square, [])))
    it = pool.imap_unordered(square, range(1000), chunksize=53)
    print("many:", sorted(it) == [i * i for i in range(1000)])

    # A pool that is closed goes on with what it was given.
    first = pool.imap(square, range(200))
    second = pool.imap_unordered(square, (i for i in range(200)))
    pool.close()
    print("closed:", outcome(lambda: pool.imap(square, range(3))))
    pool.join()
    print("joined:", sum(first), sum(second))


if __name__ == "__main__":
    main()
