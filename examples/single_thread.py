# One thread does two tasks, one after the other: the baseline for two_threads.
#
# demo: seconds within 0.8
import time


def task():
    print("Task started")
    time.sleep(1)
    print("Task done")


def main():
    start = time.perf_counter()

    task()
    task()

    elapsed = time.perf_counter() - start
    print(f"Both tasks took {elapsed:.1f} second(s)")


if __name__ == "__main__":
    main()
