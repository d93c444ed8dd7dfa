# tp_imap: results one by one from threads, in order or as they come, and what an input may do.
# needs: 3.11
# From: the documentation of Pool.imap(), and CPython's _TestPool (test_imap and its siblings), run with threads too.
import threading
from multiprocessing.pool import ThreadPool

from show import outcome


def square(x):
    return x * x


def nothing(x):
    pass


def check(x):
    if x == 2:
        raise ValueError(f"no {x}")
    return x


def fails_after(count):
    """Numbers, and then an error of the input itself."""
    for i in range(count):
        yield i
    raise RuntimeError("input")


def main():
    pool = ThreadPool(3)
    print("imap:", list(pool.imap(square, range(10))))
    print("chunks:", list(pool.imap(square, range(10), 3)), list(pool.imap(square, range(10), chunksize=100)))
    print("empty:", list(pool.imap(square, [])), list(pool.imap_unordered(square, [])))
    it = pool.imap(square, [5, 6, 7])
    print("next:", next(it), it.next(), it.next(timeout=10))
    print("end:", next(it, None), next(it, None))
    it = pool.imap(square, range(1000), chunksize=53)
    print("many:", all(next(it) == i * i for i in range(1000)), next(it, None))
    print("nothing:", len(list(pool.imap(nothing, range(4)))))
    print("unordered:", sorted(pool.imap_unordered(square, range(10))))
    print("chunks:", sorted(pool.imap_unordered(square, range(10), 3)))

    # One that fails does not end the others.
    it = pool.imap(check, range(4))
    print("error:", next(it), next(it), outcome(it.next), next(it), next(it, None))
    it = pool.imap(square, fails_after(2))
    print("input:", next(it), next(it), outcome(it.next), next(it, None))
    print("chunksize:", outcome(lambda: pool.imap(square, [1], 0) and None))

    # In order, however late the first is; otherwise as they come.
    gate = threading.Event()

    def first_waits(x):
        if x == 0:
            gate.wait()
        return x

    it = pool.imap(first_waits, range(3))
    print("late:", outcome(lambda: it.next(0)))
    gate.set()
    print("in order:", list(it))
    gate.clear()
    it = pool.imap_unordered(first_waits, range(3))
    print("as they come:", sorted([next(it), next(it)]))
    gate.set()
    print("the last:", next(it), next(it, None))

    # A pool that is closed goes on with what it was given.
    first = pool.imap(square, range(200))
    second = pool.imap_unordered(square, (i for i in range(200)))
    pool.close()
    print("closed:", outcome(lambda: list(pool.imap(square, range(3)))))
    pool.join()
    print("joined:", sum(first), sum(second))


if __name__ == "__main__":
    main()
