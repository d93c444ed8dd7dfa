# ppe_max_tasks: a worker that has had its share of calls is replaced.
# needs: 3.11
# From: row P25. One call at a time: with more CPython hangs, python/cpython#115634.
import concurrent.futures as futures
import multiprocessing
import os


def pid(number):
    return number, os.getpid()


def name():
    return multiprocessing.current_process().name


def main():
    for method in "spawn", "forkserver":
        context = multiprocessing.get_context(method)
        for share in 1, 2, 3:
            with futures.ProcessPoolExecutor(1, mp_context=context, max_tasks_per_child=share) as executor:
                # One after another: the workers follow each other.
                pids = [executor.submit(pid, number).result()[1] for number in range(6)]
                print(method, share, [pids.index(one) for one in pids])
    # Without a context it is spawn.
    with futures.ProcessPoolExecutor(1, max_tasks_per_child=1) as executor:
        print(executor.submit(name).result().rpartition("-")[0])


if __name__ == "__main__":
    main()
