# tp_initializer: each thread is prepared before it gets a call.
# needs: 3.11
# From: the documentation of ThreadPool (initializer, initargs).
import threading
from multiprocessing.pool import ThreadPool

local = threading.local()
prepared = []


def set_base(first, second):
    local.base = first + second
    prepared.append(threading.get_ident())


def nothing():
    prepared.append(threading.get_ident())


def add_to_base(x):
    return local.base + x


def main():
    with ThreadPool(1, set_base, (100, 20)) as pool:
        print("by position:", pool.map(add_to_base, range(5)), pool.apply(add_to_base, (7,)), len(prepared))
        print("in the worker:", prepared == [pool.apply(threading.get_ident)], hasattr(local, "base"))
    with ThreadPool(processes=1, initializer=set_base, initargs=(1, 2)) as pool:
        print("by name:", pool.map(add_to_base, range(3)), list(pool.imap(add_to_base, range(3))))

    # Two workers that have met have both been prepared, each before its first call.
    prepared.clear()
    both = threading.Barrier(2)

    def meet(x):
        both.wait()
        return local.base + x, threading.get_ident()

    with ThreadPool(2, set_base, (1000, 1)) as pool:
        results = pool.map(meet, range(2), 1)
        print("two:", [result[0] for result in results], sorted(result[1] for result in results) == sorted(prepared))

    prepared.clear()
    with ThreadPool(1, nothing) as pool:
        print("no arguments:", [ident in prepared for ident in pool.map(lambda _: threading.get_ident(), range(3))])


if __name__ == "__main__":
    main()
