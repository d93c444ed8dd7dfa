# What a task raises stays in its Future until result() raises it or exception() returns it. A task
# that has not begun can be cancelled; a done callback hears of every end.
import threading
from concurrent import futures


def divide(a, b):
    if b == 0:
        raise ValueError("there is no division by 0")
    return a // b


# Keeps a worker busy for as long as it is told to.
def hold(begun, release):
    begun.set()
    release.wait()


def tell(future):
    if future.cancelled():
        print("  callback: cancelled")
    elif future.exception() is not None:
        print(f"  callback: failed, {future.exception()}")
    else:
        print(f"  callback: returned {future.result()}")


def main():
    begun = threading.Event()
    release = threading.Event()

    with futures.ThreadPoolExecutor(max_workers=1) as executor:
        good = executor.submit(divide, 12, 4)
        print(f"12 / 4 = {good.result()}")
        print(f"It failed: {good.exception() is not None}")
        good.add_done_callback(tell)

        bad = executor.submit(divide, 12, 0)
        try:
            print(f"12 / 0 = {bad.result()}")
        except ValueError as error:
            print(f"result() raised: {error}")
        print(f"It failed: {bad.exception() is not None}")
        print(f"exception() returned: {bad.exception()}")
        bad.add_done_callback(tell)

        busy = executor.submit(hold, begun, release)
        begun.wait()
        queued = executor.submit(divide, 8, 2)
        queued.add_done_callback(tell)

        print(f"The running one was cancelled: {busy.cancel()}")
        print(f"The queued one was cancelled: {queued.cancel()}")
        print(f"It is done: {queued.done()}")
        try:
            print(f"8 / 2 = {queued.result()}")
        except futures.CancelledError:
            print("It has no result")

        try:
            busy.result(timeout=0.1)
        except TimeoutError:
            print("The running one has no result yet")
        release.set()

    print(f"After the block it is done: {busy.done()}")
    try:
        executor.submit(divide, 1, 1)
    except RuntimeError as error:
        print(f"submit() raised: {error}")


if __name__ == "__main__":
    main()
