# queue_errors: Empty, Full and ValueError, for every way to ask.
# needs: 3.11
# From: rows Q1 and T7. A negative timeout is an error where the queue might have to wait for it, and only there.
import queue

from show import outcome


def check(q):
    print("empty")
    print("get_nowait:", outcome(q.get_nowait))
    print("get(False):", outcome(lambda: q.get(False)))
    print("get(block=False):", outcome(lambda: q.get(block=False)))
    print("get(True, 0):", outcome(lambda: q.get(True, 0)))
    print("get(True, 0.01):", outcome(lambda: q.get(True, 0.01)))
    print("get(timeout=0.01):", outcome(lambda: q.get(timeout=0.01)))
    print("get(True, -1):", outcome(lambda: q.get(True, -1)))
    print("get(True, -0.5):", outcome(lambda: q.get(True, -0.5)))
    print("get(False, -1):", outcome(lambda: q.get(False, -1)))
    print("get(False, 1):", outcome(lambda: q.get(False, 1)))
    print("put:", outcome(lambda: q.put(1)))
    print("put(True, 0):", outcome(lambda: q.put(1, True, 0)))
    print("full")
    print("put_nowait:", outcome(lambda: q.put_nowait(1)))
    print("put(False):", outcome(lambda: q.put(1, False)))
    print("put(block=False):", outcome(lambda: q.put(1, block=False)))
    print("put(True, 0):", outcome(lambda: q.put(1, True, 0)))
    print("put(True, 0.01):", outcome(lambda: q.put(1, True, 0.01)))
    print("put(timeout=0.01):", outcome(lambda: q.put(1, timeout=0.01)))
    print("put(True, -1):", outcome(lambda: q.put(1, True, -1)))
    print("put(True, -0.5):", outcome(lambda: q.put(1, True, -0.5)))
    print("put(False, -1):", outcome(lambda: q.put(1, False, -1)))
    print("put(False, 1):", outcome(lambda: q.put(1, False, 1)))
    print("size:", q.qsize(), q.full())
    print("get(True, -1):", outcome(lambda: q.get(True, -1)))
    print("get(False, -1):", outcome(lambda: q.get(False, -1)))
    print("put(True, -1):", outcome(lambda: q.put(1, True, -1)))
    print("put(False, -1):", outcome(lambda: q.put(1, False, -1)))
    print("get(True, 0):", outcome(lambda: q.get(True, 0)))
    print("get(True, 1000000):", outcome(lambda: q.get(True, 1000000)))
    print("size:", q.qsize(), q.empty())


print("Queue")
check(queue.Queue(2))
print("LifoQueue")
check(queue.LifoQueue(2))
print("PriorityQueue")
check(queue.PriorityQueue(2))

# Without a bound put() never waits, and looks at no timeout.
unbounded = queue.Queue()
print("unbounded, put(True, -1):", outcome(lambda: unbounded.put(1, True, -1)))
print("unbounded, put(False):", outcome(lambda: unbounded.put(2, False)))
print("unbounded, get(True, -1):", outcome(lambda: unbounded.get(True, -1)))
print("size:", unbounded.qsize())
