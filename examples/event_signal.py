# Two threads wait for a third, here the main one, to give the signal by an Event.
#
# Which thread prints first is open.
# demo: unordered ^Thread (\d)
import threading
import time


def task(event, number):
    print(f"Thread {number} is waiting for the signal")
    event.wait()
    print(f"Thread {number} has the signal and goes on")


def main():
    event = threading.Event()

    first = threading.Thread(target=task, args=(event, 1))
    second = threading.Thread(target=task, args=(event, 2))
    first.start()
    second.start()

    time.sleep(0.6)
    print("The main thread gives the signal")
    event.set()

    first.join()
    second.join()
    print("The main thread is done")


if __name__ == "__main__":
    main()
