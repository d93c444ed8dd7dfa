# queue_sizes: maxsize is exact; zero or less is no bound.
# needs: 3.11
# From: rows Q9 and Q11.
import queue

from show import outcome


def fill(q):
    count = 0
    while count < 5000 and outcome(lambda: q.put_nowait(count)) is None:
        count += 1
    return count


def check(maxsize):
    fifo = queue.Queue(maxsize)
    lifo = queue.LifoQueue(maxsize)
    priority = queue.PriorityQueue(maxsize)
    print("maxsize", maxsize, fifo.maxsize, lifo.maxsize, priority.maxsize)
    print("puts:", fill(fifo), fill(lifo), fill(priority))
    print("sizes:", fifo.qsize(), lifo.qsize(), priority.qsize())
    print("full:", fifo.full(), lifo.full(), priority.full())
    print("get:", fifo.get(), lifo.get(), priority.get())
    print("full:", fifo.full(), lifo.full(), priority.full())
    print("puts:", fill(fifo) > 0, fill(lifo) > 0, fill(priority) > 0)
    print("full:", fifo.full(), lifo.full(), priority.full())


check(1)
check(3)
check(1000)
check(0)
check(-1)
check(1099511627776)
print("default:", queue.Queue().maxsize, queue.LifoQueue().maxsize, queue.PriorityQueue().maxsize)
print("keyword:", queue.Queue(maxsize=7).maxsize)
