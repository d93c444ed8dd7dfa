# tp_callbacks_and_states: who is told of what in a pool of threads, and what may be done with one that has been closed.
# needs: 3.11
# From: the documentation of apply_async(), map_async(), close() and terminate(), and CPython's _TestPool.
import threading
from multiprocessing.pool import ThreadPool

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


def calls(pool):
    print("apply:", outcome(lambda: pool.apply(check, (1,))))
    print("apply_async:", outcome(lambda: pool.apply_async(check, (1,)).get()))
    print("map:", outcome(lambda: pool.map(check, [1])), outcome(lambda: pool.map(check, [])))
    print("starmap:", outcome(lambda: pool.starmap(add, [(1, 2)])))
    print("imap:", outcome(lambda: list(pool.imap(check, [1]))))
    print("imap_unordered:", outcome(lambda: list(pool.imap_unordered(check, [1]))))


def main():
    pool = ThreadPool(1)
    print("get:", pool.apply_async(check, (3,), callback=good).get(), told())
    print("get:", outcome(pool.apply_async(check, (-3,), callback=good, error_callback=bad).get), told())
    print("get:", pool.apply_async(check, (4,), error_callback=bad).get(), told())
    print("get:", outcome(pool.apply_async(check, (-4,), callback=good).get), told())
    print("nothing:", outcome(pool.apply_async(nothing, callback=lambda _: seen.append("good")).get), told())
    print("map:", pool.map_async(check, range(4), callback=good).get(), told())
    print("map:", outcome(pool.map_async(check, [1, -1, 2, -2], 1, good, bad).get), told())
    print("empty:", pool.map_async(check, [], None, good, bad).get(), told())
    print("starmap:", pool.starmap_async(add, [(1, 2), (3, 4)], callback=good).get(), told())

    # In one thread of the pool's that is no worker, in the order of the results, before each is ready.
    threads = set()
    results = []

    def note(value):
        threads.add(threading.get_ident())
        seen.append(f"{value} {[result.ready() for result in results[value:value + 1]]}")

    gate = threading.Event()
    worker = pool.apply(threading.get_ident)
    first = pool.apply_async(nothing, callback=lambda _: gate.wait())
    for i in range(4):
        results.append(pool.apply_async(abs, (i,), callback=note))
    gate.set()
    for result in results:
        result.wait()
    print("one by one:", told())
    print("one thread:", len(threads), threading.get_ident() in threads, worker in threads, outcome(first.get))

    # What a callback submits is run.
    done = threading.Event()
    pool.apply_async(abs, (5,), callback=lambda value: pool.apply_async(abs, (value + 1,), callback=lambda more: (
        seen.append(str(more)), done.set())))
    done.wait()
    print("from a callback:", told())

    print("join:", outcome(pool.join))
    calls(pool)
    gate.clear()
    held = pool.apply_async(gate.wait)
    result = pool.map_async(check, range(100), 3, good)
    print("close:", outcome(pool.close), outcome(pool.close))
    calls(pool)
    print("not yet:", held.ready(), result.ready(), outcome(lambda: result.get(0.01)))
    gate.set()
    print("join:", outcome(pool.join), outcome(pool.join))
    print("result:", sum(result.get()), held.successful(), len(told()) > 0)
    print("terminate:", outcome(pool.terminate), outcome(pool.terminate))
    print("join:", outcome(pool.join))
    print("close:", outcome(pool.close))

    pool = ThreadPool(2)
    print("terminate:", outcome(pool.terminate))
    calls(pool)
    print("close:", outcome(pool.close), outcome(pool.join))
    with ThreadPool(2) as pool:
        print("with:", pool.apply(check, (3,)))
    print("none:", outcome(lambda: ThreadPool(0)), outcome(lambda: ThreadPool(-1)))


if __name__ == "__main__":
    main()
