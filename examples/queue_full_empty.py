# A queue of limited size when it is full and when it is empty: put and get refuse at once, refuse
# after a while, or wait for another thread.
#
# demo: seconds within 0.6
import queue
import threading
import time


def take_later(drinks):
    time.sleep(0.8)
    drinks.get()


def bring_later(drinks):
    time.sleep(0.8)
    drinks.put("water")


def main():
    drinks = queue.Queue(maxsize=2)
    print(f"At first: {drinks.qsize()} drinks, empty {drinks.empty()}, full {drinks.full()}")

    drinks.put("tea")
    drinks.put("coffee")
    print(f"Now: {drinks.qsize()} drinks, empty {drinks.empty()}, full {drinks.full()}")

    # Full: refuse at once ...
    try:
        drinks.put("milk", block=False)
    except queue.Full:
        print("There is no room for milk")

    # ... or after a while ...
    start = time.perf_counter()
    try:
        drinks.put("milk", timeout=0.8)
    except queue.Full:
        elapsed = time.perf_counter() - start
        print(f"There is still no room after {elapsed:.1f} second(s)")

    # ... or wait until somebody makes room.
    start = time.perf_counter()
    taker = threading.Thread(target=take_later, args=(drinks,))
    taker.start()
    drinks.put("milk")
    elapsed = time.perf_counter() - start
    print(f"The milk went in after {elapsed:.1f} second(s)")
    taker.join()

    # First in, first out; the tea is gone.
    print(f"Got {drinks.get()}")
    print(f"Got {drinks.get_nowait()}")

    # Empty: refuse at once ...
    try:
        drinks.get(block=False)
    except queue.Empty:
        print("There is nothing to drink")

    # ... or after a while ...
    start = time.perf_counter()
    try:
        drinks.get(timeout=0.8)
    except queue.Empty:
        elapsed = time.perf_counter() - start
        print(f"There is still nothing after {elapsed:.1f} second(s)")

    # ... or wait until somebody brings something.
    start = time.perf_counter()
    bringer = threading.Thread(target=bring_later, args=(drinks,))
    bringer.start()
    drink = drinks.get()
    elapsed = time.perf_counter() - start
    print(f"Got {drink} after {elapsed:.1f} second(s)")
    bringer.join()


if __name__ == "__main__":
    main()
