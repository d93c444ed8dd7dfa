# Ten threads, each with an argument of its own. All are started before any is joined: a join
# inside the first loop would run them one by one.
#
# Which thread prints first is open.
# demo: unordered task (\d+)
# demo: seconds within 1.0
import threading
import time


def task(number, seconds):
    print(f"Starting task {number}")
    time.sleep(seconds)
    print(f"Finished task {number}")


def main():
    start = time.perf_counter()

    threads = []
    for number in range(1, 11):
        thread = threading.Thread(target=task, args=(number, 0.4))
        thread.start()
        threads.append(thread)

    for thread in threads:
        thread.join()

    elapsed = time.perf_counter() - start
    print(f"{len(threads)} threads took {elapsed:.1f} second(s)")


if __name__ == "__main__":
    main()
