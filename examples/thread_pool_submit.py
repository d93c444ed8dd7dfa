# Two tasks in a pool of threads: submit() returns a Future at once, and its result() waits for what
# the task returns. The end of the with block waits for the whole pool.
#
# Which task's line comes first is open; what becomes of one task is not.
# demo: unordered [Tt]ask (\d)
# demo: seconds within 0.8
import time
from concurrent import futures


def task(number):
    print(f"Task {number} started")
    time.sleep(0.3)
    return f"What task {number} returned"


def main():
    start = time.perf_counter()

    with futures.ThreadPoolExecutor() as executor:
        first = executor.submit(task, 1)
        second = executor.submit(task, 2)

        print(first.result())
        print(second.result())

    elapsed = time.perf_counter() - start
    print(f"Both took {elapsed:.1f} second(s)")


if __name__ == "__main__":
    main()
