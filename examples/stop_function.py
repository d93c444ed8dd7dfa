# A thread cannot be stopped from outside; it looks now and then at an Event and stops by itself.
# The first thread is told to stop long before its end, the second is left alone.
import threading
import time


def task(stop, rounds):
    print(f"Working for at most {rounds} rounds")
    for _ in range(rounds):
        time.sleep(0.1)
        if stop.is_set():
            print("Stopped early")
            break
    else:
        print("Ran to the end")


def main():
    stop = threading.Event()

    stopped = threading.Thread(target=task, args=(stop, 100))
    stopped.start()
    time.sleep(0.5)
    stop.set()
    stopped.join()

    stop.clear()
    alone = threading.Thread(target=task, args=(stop, 5))
    alone.start()
    alone.join()


if __name__ == "__main__":
    main()
