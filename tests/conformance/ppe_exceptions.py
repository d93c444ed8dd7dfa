# ppe_exceptions: what a call raises in a worker is raised by result(), of the same type, and harms nobody else.
# needs: 3.11
# From: row P9's neighbourhood, and the documentation of ProcessPoolExecutor.
import concurrent.futures as futures
import multiprocessing
import os

from show import outcome


class OwnError(Exception):
    def __init__(self, text, number):
        super().__init__(text, number)
        self.number = number

    def __str__(self):
        return self.args[0]


def fail(kind):
    if kind == "own":
        raise OwnError("own", 7)
    if kind == "value":
        raise ValueError("of its own")
    if kind == "timeout":
        raise TimeoutError("of its own")
    if kind == "key":
        raise KeyError("a key")
    if kind == "cancelled":
        raise futures.CancelledError
    if kind == "invalid":
        raise futures.InvalidStateError("of its own")
    if kind == "broken":
        raise futures.process.BrokenProcessPool("of its own")
    return kind


def main():
    for method in "fork", "spawn", "forkserver":
        context = multiprocessing.get_context(method)
        with futures.ProcessPoolExecutor(1, context) as executor:
            worker = executor.submit(os.getpid).result()
            f = executor.submit(fail, "own")
            error = f.exception()
            print(type(error).__name__, error, error.number, f.exception() is error)
            for kind in "value", "timeout", "key", "cancelled", "invalid", "broken", "none":
                f = executor.submit(fail, kind)
                print(kind, outcome(f.result), f.done(), f.cancelled())
            print("the same worker:", executor.submit(os.getpid).result() == worker)


if __name__ == "__main__":
    main()
