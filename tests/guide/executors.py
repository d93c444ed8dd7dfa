# executors: work for a pool of threads, and its futures, as docs/porting_pools.md shows it.
# needs: 3.11
import threading
from concurrent import futures


# [submit]
def area(width, height):
    if width < 0:
        raise ValueError("no width below zero")
    return width * height


def submitted():
    with futures.ThreadPoolExecutor(max_workers=2, thread_name_prefix="areas") as executor:
        good = executor.submit(area, 3, 4)
        bad = executor.submit(area, -3, 4)
        print(good.result(timeout=5))
        if (error := bad.exception()) is not None:
            print(error)
        try:
            bad.result()
        except ValueError as error:
            print("again:", error)
    print(good.done(), bad.done())
# [/submit]


# [as_completed]
def letters(word, may_end):
    may_end.wait()
    return len(word)


def in_the_order_of_their_ends():
    gates = {word: threading.Event() for word in ["one", "three"]}
    with futures.ThreadPoolExecutor(2) as executor:
        words = {executor.submit(letters, word, gate): word for word, gate in gates.items()}
        gates["three"].set()
        for future in futures.as_completed(words):
            print(words[future], future.result())
            gates["one"].set()
# [/as_completed]


def add(x, y):
    return x + y


def mapped():
    with futures.ThreadPoolExecutor(4) as executor:
        for total in executor.map(add, [1, 2, 3], [10, 20, 30], timeout=5):
            print(total)


def first_failure():
    with futures.ThreadPoolExecutor(1) as executor:
        calls = [executor.submit(area, width, 2) for width in [1, -1, 3]]
        done, not_done = futures.wait(calls, timeout=5, return_when=futures.FIRST_EXCEPTION)
        print(calls[1] in done, len(done) + len(not_done))


# [cancel]
def cancelled():
    gate = threading.Event()
    executor = futures.ThreadPoolExecutor(1)
    running = executor.submit(gate.wait)
    while not running.running():
        pass
    queued = executor.submit(area, 1, 1)
    print(running.cancel())
    print(queued.cancel())
    left = executor.submit(area, 2, 2)
    executor.shutdown(wait=False, cancel_futures=True)
    gate.set()
    print(running.result(), queued.cancelled(), left.cancelled())
    try:
        left.result()
    except futures.CancelledError:
        print("it was never run")
# [/cancel]


def closed():
    executor = futures.ThreadPoolExecutor(1)
    executor.shutdown()
    try:
        executor.submit(area, 1, 1)
    except RuntimeError as error:
        print(error)


def told():
    seen = []
    with futures.ThreadPoolExecutor(1) as executor:
        executor.submit(area, 2, 5).add_done_callback(lambda future: seen.append(future.result()))
    print(*seen)


settings = threading.local()


def set_unit(unit):
    settings.unit = unit


def with_unit(number):
    return f"{number} {settings.unit}"


def units():
    with futures.ThreadPoolExecutor(2, initializer=set_unit, initargs=("cm",)) as executor:
        for text in executor.map(with_unit, [1, 2]):
            print(text)


if __name__ == "__main__":
    submitted()
    in_the_order_of_their_ends()
    mapped()
    first_failure()
    cancelled()
    closed()
    told()
    units()
