# queue_many_to_many: nothing is lost, nothing comes twice, and what one producer put comes in its order.
# needs: 3.11
# From: row Q7.
import queue
import threading

PRODUCERS = 3
CONSUMERS = 3
ITEMS = 800


def check(name, q):
    taken = [[] for _ in range(CONSUMERS)]

    def produce(producer):
        for number in range(ITEMS):
            q.put(producer * ITEMS + number)

    def consume(consumer):
        while True:
            item = q.get()
            if item < 0:
                break
            taken[consumer].append(item)

    producers = [threading.Thread(target=produce, args=(number,)) for number in range(PRODUCERS)]
    consumers = [threading.Thread(target=consume, args=(number,)) for number in range(CONSUMERS)]
    for thread in producers + consumers:
        thread.start()
    for thread in producers:
        thread.join()
    for _ in consumers:
        q.put(-1)
    for thread in consumers:
        thread.join()
    everything = sorted(taken[0] + taken[1] + taken[2])
    in_order = True
    for items in taken:
        last = [-1] * PRODUCERS
        for item in items:
            in_order = in_order and last[item // ITEMS] < item
            last[item // ITEMS] = item
    print(name, everything == list(range(PRODUCERS * ITEMS)), in_order, q.qsize())


check("Queue", queue.Queue())
check("Queue(1)", queue.Queue(1))
check("Queue(4)", queue.Queue(4))
check("SimpleQueue", queue.SimpleQueue())
