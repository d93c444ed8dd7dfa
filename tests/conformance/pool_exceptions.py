# pool_exceptions: what a task raises is what result() raises and exception() returns, the very object.
# needs: 3.11
# From: row F3's neighbourhood, and the documentation of Future.exception.
import concurrent.futures as futures

from show import outcome


class OwnError(Exception):
    def __init__(self, text, number):
        super().__init__(text)
        self.number = number


def fail(kind, *args):
    raise kind(*args)


def caught(call):
    try:
        call()
    except Exception as e:
        return e


with futures.ThreadPoolExecutor(2) as executor:
    f = executor.submit(fail, OwnError, "own", 7)
    error = f.exception()
    print(type(error).__name__, error, error.number)
    print("the same:", f.exception() is error, caught(f.result) is error, caught(f.result) is error)

    for kind in ValueError, RuntimeError, TimeoutError:
        f = executor.submit(fail, kind, "of its own")
        print(outcome(f.result), f.done(), f.cancelled())

    # One future's failure through another's task.
    first = executor.submit(fail, OwnError, "far", 8)
    second = executor.submit(first.result)
    print("handed on:", second.exception() is first.exception(), second.exception().number)

    # A task that raises CancelledError has not been cancelled.
    f = executor.submit(fail, futures.CancelledError)
    print(outcome(f.result), f.cancelled(), type(f.exception()).__name__)

    # The worker goes on.
    print("next:", executor.submit(pow, 2, 5).result())
