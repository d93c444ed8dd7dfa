# A thread cannot be stopped from outside; it looks now and then at an Event and stops by itself.
# The first thread is told to stop in its second round, the other is left alone.
import threading
import time


def task(stop, rounds):
    for i in range(rounds):
        print(f"Round {i + 1} of {rounds}")
        time.sleep(0.4)
        if stop.is_set():
            print("Stopped early")
            break
    else:
        print("Ran to the end")


def main():
    stop = threading.Event()

    stopped = threading.Thread(target=task, args=(stop, 6))
    stopped.start()
    time.sleep(0.6)
    stop.set()
    stopped.join()

    stop.clear()
    alone = threading.Thread(target=task, args=(stop, 2))
    alone.start()
    alone.join()


if __name__ == "__main__":
    main()
