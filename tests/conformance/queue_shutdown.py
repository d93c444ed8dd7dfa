# queue_shutdown: no more puts; gets until it is empty.
# needs: 3.13
# From: row Q6 and python/cpython#96471.
import queue

from show import outcome


def check(q):
    q.put(1)
    q.put(2)
    print("shutdown:", outcome(q.shutdown))
    print("put:", outcome(lambda: q.put(3)))
    print("put_nowait:", outcome(lambda: q.put_nowait(3)))
    print("put(True, -1):", outcome(lambda: q.put(3, True, -1)))
    print("put(True, 0.01):", outcome(lambda: q.put(3, True, 0.01)))
    print("size:", q.qsize(), q.empty(), q.full())
    print("get(True, -1):", outcome(lambda: q.get(True, -1)))
    print("get:", outcome(q.get))
    print("shutdown again:", outcome(q.shutdown))
    print("get_nowait:", outcome(q.get_nowait))
    print("get:", outcome(q.get))
    print("get_nowait:", outcome(q.get_nowait))
    print("get(True, 0.01):", outcome(lambda: q.get(True, 0.01)))
    print("get(True, -1):", outcome(lambda: q.get(True, -1)))
    print("put_nowait:", outcome(lambda: q.put_nowait(3)))
    print("size:", q.qsize(), q.empty(), q.full())
    print("task_done:", outcome(q.task_done))
    print("task_done:", outcome(q.task_done))
    print("task_done:", outcome(q.task_done))
    print("join:", outcome(q.join))
    print("shutdown(immediate=True):", outcome(lambda: q.shutdown(immediate=True)))
    print("join:", outcome(q.join))


print("Queue")
check(queue.Queue())
print("Queue(2)")
check(queue.Queue(2))
print("LifoQueue")
check(queue.LifoQueue(2))
print("PriorityQueue")
check(queue.PriorityQueue(2))
