# mp_pool_callbacks: who is told, of what, and when.
# needs: 3.11
# From: the documentation of apply_async() and map_async(), and CPython's _TestPool (test_async, test_map_async_callbacks).
import multiprocessing
import threading

from show import outcome, said

seen = []


def check(x):
    if x < 0:
        raise ValueError(f"negative: {x}")
    return x * x


def nothing():
    pass


def add(a, b):
    return a + b


def good(value):
    seen.append(f"good {value}")


def bad(error):
    seen.append(f"bad {said(error)}")


def told():
    """What the callbacks were told since the last time."""
    text = ", ".join(seen)
    seen.clear()
    return text


def main():
    pool = multiprocessing.get_context("fork").Pool(1)
    print("get:", pool.apply_async(check, (3,), callback=good).get(), told())
    print("get:", outcome(pool.apply_async(check, (-3,), callback=good, error_callback=bad).get), told())
    print("get:", pool.apply_async(check, (4,), error_callback=bad).get(), told())
    print("get:", outcome(pool.apply_async(check, (-4,), callback=good).get), told())
    print("nothing:", outcome(pool.apply_async(nothing, callback=lambda _: seen.append("good")).get), told())

    print("map:", pool.map_async(check, range(4), callback=good).get(), told())
    print("map:", pool.map_async(check, range(4), 1, good, bad).get(), told())
    print("map:", outcome(pool.map_async(check, [1, -1, 2, -2], 1, good, bad).get), told())
    print("empty:", pool.map_async(check, [], None, good, bad).get(), told())
    print("starmap:", pool.starmap_async(add, [(1, 2), (3, 4)], callback=good).get(), told())

    # In one thread of the pool's, in the order of the results, and before each is ready.
    threads = set()
    results = []

    def note(value):
        threads.add(threading.get_ident())
        seen.append(f"{value} {[result.ready() for result in results[value:value + 1]]}")

    gate = threading.Event()
    first = pool.apply_async(nothing, callback=lambda _: gate.wait())
    for i in range(4):
        results.append(pool.apply_async(abs, (i,), callback=note))
    gate.set()
    for result in results:
        result.wait()
    print("one by one:", told())
    print("one thread:", len(threads), threading.get_ident() in threads, outcome(first.get))

    # What a callback submits is run.
    done = threading.Event()
    pool.apply_async(abs, (5,), callback=lambda value: pool.apply_async(abs, (value + 1,), callback=lambda more: (
        seen.append(str(more)), done.set())))
    done.wait()
    print("from a callback:", told())
    pool.close()
    pool.join()


if __name__ == "__main__":
    main()
