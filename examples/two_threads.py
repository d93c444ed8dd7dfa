# The two tasks of single_thread, each in a thread of its own: they take half the time.
#
# demo: seconds within 0.8
import threading
import time


def task():
    print("Task started")
    time.sleep(1)
    print("Task done")


def main():
    start = time.perf_counter()

    first = threading.Thread(target=task)
    second = threading.Thread(target=task)

    first.start()
    second.start()

    # Wait until both are through.
    first.join()
    second.join()

    elapsed = time.perf_counter() - start
    print(f"Both tasks took {elapsed:.1f} second(s)")


if __name__ == "__main__":
    main()
