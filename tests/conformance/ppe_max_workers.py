# ppe_max_workers: what the constructor refuses, and how many workers there are.
# needs: 3.11
# From: rows P25 (max_tasks_per_child) and P28, and python/cpython#90622: not with fork.
import concurrent.futures as futures
import multiprocessing
import os

from show import outcome


def prepare(wanted, arrived, go):
    globals().update(wanted=wanted, arrived=arrived, go=go)


def meet():
    with arrived.get_lock():
        arrived.value += 1
        if arrived.value == wanted:
            go.set()
    go.wait()
    return os.getpid()


def main():
    for method in "fork", "spawn", "forkserver":
        context = multiprocessing.get_context(method)
        for workers in 0, -1, -100:
            print(outcome(lambda: futures.ProcessPoolExecutor(workers, context)))
        for tasks in 0, -1:
            print(outcome(lambda: futures.ProcessPoolExecutor(1, context, max_tasks_per_child=tasks)))
        if method == "fork":
            print(outcome(lambda: futures.ProcessPoolExecutor(1, context, max_tasks_per_child=1)))
        # Both are wrong.
        print(outcome(lambda: futures.ProcessPoolExecutor(0, context, max_tasks_per_child=0)))
        for workers in 1, 2, 3:
            arrived, go = context.Value("i", 0), context.Event()
            with futures.ProcessPoolExecutor(workers, context, prepare, (workers, arrived, go)) as executor:
                pids = {f.result() for f in [executor.submit(meet) for _ in range(4 * workers)]}
            print(workers, len(pids))
    with futures.ProcessPoolExecutor(mp_context=multiprocessing.get_context("fork")) as executor:
        print(executor.submit(os.getpid).result() != os.getpid())


if __name__ == "__main__":
    main()
