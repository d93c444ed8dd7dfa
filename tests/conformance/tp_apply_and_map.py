# tp_apply_and_map: Pool's calls, made in threads.
# needs: 3.11
# From: the documentation of multiprocessing.pool.ThreadPool, and CPython's _TestPool, which it runs with threads too.
import threading
from multiprocessing.pool import ThreadPool

from show import outcome, until


def power(base, exponent):
    return base**exponent


def nothing(*_):
    pass


def check(x):
    if x < 0:
        raise ValueError(f"negative: {x}")
    return x * x


def main():
    pool = ThreadPool(2)
    print("apply:", pool.apply(power, (2, 10)), outcome(lambda: pool.apply(nothing)))
    print("raises:", outcome(lambda: pool.apply(check, (-1,))))
    print("elsewhere:", pool.apply(threading.get_ident) == threading.get_ident())

    # Anything may be called, and whatever it touches is the program's own.
    seen = []
    base = 10

    def add(x):
        seen.append(x)
        return base + x

    print("closure:", pool.apply(add, (1,)), pool.map(add, [2, 3], 2), seen)

    kept = pool.apply_async(power, (3, 2))
    print("get:", kept.get(), kept.get(10), kept.get(timeout=10))
    print("after:", kept.ready(), kept.successful(), kept.wait(0))
    failed = pool.apply_async(check, (-2,))
    print("get:", outcome(failed.get), outcome(failed.get), failed.ready(), failed.successful())

    print("map:", pool.map(check, range(6)), pool.map(check, range(6), 4), pool.map(check, range(6), chunksize=100))
    print("empty:", pool.map(check, []), pool.map_async(check, []).get())
    print("nothing:", len(pool.map(nothing, range(4))))
    print("error:", outcome(lambda: pool.map(check, [1, -1, 2], 1)))
    print("starmap:", pool.starmap(power, [(2, 3), (3, 2)]), pool.starmap(power, [(2, 3), (3, 2)], 2))
    print("map_async:", pool.map_async(check, range(100), 7).get() == [x * x for x in range(100)])
    print("starmap_async:", pool.starmap_async(power, [(i, 2) for i in range(5)]).get())

    # All of a map is done, whatever becomes of its first part.
    done = []
    gate = threading.Event()

    def note(x):
        if x == 0:
            raise ValueError("first")
        if x == 5:
            gate.wait()
        done.append(x)

    result = pool.map_async(note, range(6), 1)
    until(lambda: len(done) == 4)
    print("the last is waited for:", result.ready())
    gate.set()
    print("all are made:", outcome(result.get), sorted(done))

    # Two at a time, if there are two workers.
    both = threading.Barrier(2)
    print("at once:", sorted(index for index in pool.map(lambda _: both.wait(), range(2), 1)))

    # Results outlive their pool.
    pool.terminate()
    print("terminated:", kept.get(), outcome(failed.get))


if __name__ == "__main__":
    main()
