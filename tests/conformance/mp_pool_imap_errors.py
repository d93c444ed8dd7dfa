# mp_pool_imap_errors: a failure comes at its place; with chunks it is the end.
# needs: 3.11
# From: CPython's _TestPool (test_imap_handle_iterable_exception and its siblings).
import multiprocessing

from show import outcome


def check(x):
    if x == 3:
        raise ValueError("three")
    if x == 5:
        raise KeyError("five")
    return x * x


def bad_input():
    yield 1
    yield 2
    raise RuntimeError("no more")


def worse_input():
    raise RuntimeError("nothing")
    yield


def outcomes(it, count):
    return [outcome(lambda: next(it, None)) for _ in range(count)]


def main():
    with multiprocessing.get_context("fork").Pool(2) as pool:
        print("at its place:", outcomes(pool.imap(check, range(7)), 9))
        print("with chunks:", outcomes(pool.imap(check, range(8), 2), 6))
        print("input:", outcomes(pool.imap(check, bad_input()), 5))
        print("input, chunks:", outcomes(pool.imap(check, bad_input(), 2), 5))
        print("worse input:", outcomes(pool.imap(check, worse_input()), 3))
        print("unordered:", "; ".join(sorted(map(str, outcomes(pool.imap_unordered(check, range(7)), 8)))))
        for call in (pool.imap, pool.imap_unordered):
            print("chunksize:", outcome(lambda: call(check, range(3), 0)), outcome(lambda: call(check, [], -1)))
        it = pool.imap(check, range(4))
        print("loop:", end=" ")
        try:
            for x in it:
                print(x, end=" ")
        except ValueError as e:
            print("failed:", e)


if __name__ == "__main__":
    main()
