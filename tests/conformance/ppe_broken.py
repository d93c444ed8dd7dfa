# ppe_broken: a worker that is killed or leaves breaks the pool: all that has not ended fails, and nothing is taken.
# needs: 3.11
# From: row P1, and bpo-9205, which made it so.
import concurrent.futures as futures
import multiprocessing
import os
import signal
from concurrent.futures.process import BrokenProcessPool

from show import outcome


def prepare(started):
    globals().update(started=started)


def end(how):
    started.wait()
    if how == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    os._exit(3)


def work(number):
    return number


def main():
    print(issubclass(BrokenProcessPool, futures.BrokenExecutor), issubclass(BrokenProcessPool, RuntimeError))
    for method in "fork", "spawn", "forkserver":
        context = multiprocessing.get_context(method)
        for how in "killed", "left":
            started = context.Event()
            executor = futures.ProcessPoolExecutor(1, context, prepare, (started,))
            with executor:
                print(executor.submit(work, 1).result())
                ends = executor.submit(end, how)
                fs = [executor.submit(work, number) for number in range(5)]
                fs[4].cancel()
                started.set()
                print(outcome(ends.result))
                print(ends.done(), ends.cancelled(), ends.cancel(), type(ends.exception()).__name__)
                for f in fs:
                    print(outcome(f.result), f.cancelled())
                print(outcome(lambda: executor.submit(work, 5)))
                print(outcome(lambda: executor.map(work, [6])))
            print(outcome(lambda: executor.submit(work, 7)))
        print("children:", multiprocessing.active_children())


if __name__ == "__main__":
    main()
