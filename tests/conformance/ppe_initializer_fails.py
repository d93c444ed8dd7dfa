# ppe_initializer_fails: an initializer that raises breaks the pool.
# needs: 3.11
# From: bpo-21423, which asked for it.
import concurrent.futures as futures
import multiprocessing
import os

from show import outcome


def fail(text):
    os.dup2(os.open("/dev/null", os.O_WRONLY), 2)  # What is written there is for people.
    raise ValueError(text)


def work(number):
    return number


def main():
    for method in "fork", "spawn", "forkserver":
        context = multiprocessing.get_context(method)
        executor = futures.ProcessPoolExecutor(1, context, fail, ("on purpose",))
        with executor:
            f = executor.submit(work, 1)
            print(outcome(f.result), f.done(), f.cancelled())
            print(outcome(lambda: executor.submit(work, 2)))
        # Nobody calls it if nothing is submitted.
        with futures.ProcessPoolExecutor(1, context, fail, ("on purpose",)):
            pass
        print("children:", multiprocessing.active_children())


if __name__ == "__main__":
    main()
