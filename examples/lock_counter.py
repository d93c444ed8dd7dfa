# Four threads share a counter. Each reads it, takes its time and writes it back; without the lock
# they would all read the same value, and the result would be 10.
import threading
import time

counter = 0


def increase(by, lock):
    global counter

    lock.acquire()

    seen = counter
    time.sleep(0.1)
    counter = seen + by
    print(f"The counter is {counter}")

    lock.release()


# The same by a with block, which also releases the lock when an exception leaves it.
def decrease(by, lock):
    global counter

    with lock:
        seen = counter
        time.sleep(0.1)
        counter = seen - by
        print(f"The counter is {counter}")


def main():
    lock = threading.Lock()

    threads = [
        threading.Thread(target=increase, args=(10, lock)),
        threading.Thread(target=increase, args=(10, lock)),
        threading.Thread(target=increase, args=(10, lock)),
        threading.Thread(target=increase, args=(10, lock)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    first = threading.Thread(target=decrease, args=(5, lock))
    second = threading.Thread(target=decrease, args=(5, lock))
    first.start()
    second.start()
    first.join()
    second.join()

    print(f"In the end the counter is {counter}")
    print(f"The lock is held: {lock.locked()}")


if __name__ == "__main__":
    main()
