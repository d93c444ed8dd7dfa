# queue_order: first in, first out; last in, first out; and what the sizes say meanwhile.
# needs: 3.11
# From: the documentation of Queue and LifoQueue; the interleaving is that of a small random walk.
import queue


def sizes(q):
    return f"{q.qsize()} {q.empty()} {q.full()}"


def check(q):
    print("new:", sizes(q))
    for item in 1, 2, 3:
        q.put(item)
        print("put", item, sizes(q))
    print("get:", q.get(), sizes(q))
    q.put(4)
    q.put_nowait(5)
    print("4 and 5 put:", sizes(q))
    while not q.empty():
        print("get:", q.get_nowait(), sizes(q))


print("Queue")
check(queue.Queue())
print("Queue(4)")
check(queue.Queue(4))
print("LifoQueue")
check(queue.LifoQueue())
print("LifoQueue(maxsize=4)")
check(queue.LifoQueue(maxsize=4))


def walk(q):
    state = 12345
    number = 0
    digest = 0
    for _ in range(20000):
        state = (state * 1103515245 + 12345) % 2147483648
        if q.empty() or (state >> 16) % 5 < 3:
            q.put(number)
            number += 1
        else:
            digest = (digest * 31 + q.get()) % 1000000007
    print("walk:", number, q.qsize(), digest)
    while not q.empty():
        digest = (digest * 31 + q.get()) % 1000000007
    print("drained:", digest)


walk(queue.Queue())
walk(queue.LifoQueue())
