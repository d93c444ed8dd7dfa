# A producer puts items into a queue, a consumer takes them out. The consumer never ends by
# itself: it is a daemon, and the main thread knows by task_done() and join() when all items are
# dealt with.
#
# How the lines of the two threads mix is open.
# demo: unordered ^(Producing|Item)
import queue
import threading
import time


def producer(items):
    for number in range(1, 6):
        print(f"Producing item {number}")
        time.sleep(0.1)
        items.put(number)


def consumer(items):
    while True:
        number = items.get()
        print(f"Item {number} is being processed")
        time.sleep(0.2)
        print(f"Item {number} is done")
        items.task_done()


def main():
    items = queue.Queue()

    producer_thread = threading.Thread(target=producer, args=(items,))
    producer_thread.start()

    consumer_thread = threading.Thread(target=consumer, args=(items,), daemon=True)
    consumer_thread.start()

    # Until all items are in the queue ...
    producer_thread.join()

    # ... and until all have been processed.
    items.join()
    print(f"All items are done; {items.qsize()} are left in the queue")


if __name__ == "__main__":
    main()
