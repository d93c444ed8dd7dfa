# queue_task_done: as many as were put, and no more.
# needs: 3.11
# From: row Q3.
import queue

from show import outcome


def check(q):
    print("join, nothing put:", outcome(q.join))
    print("task_done, nothing put:", outcome(q.task_done))
    q.put(1)
    q.put(2)
    # It counts what was put, not what was taken.
    print("task_done:", outcome(q.task_done))
    print("size:", q.qsize())
    q.get()
    q.get()
    print("task_done:", outcome(q.task_done))
    print("task_done:", outcome(q.task_done))
    print("join:", outcome(q.join))
    q.put(3)
    q.put(3)
    print("a put that failed:", outcome(lambda: q.put_nowait(4)))
    q.get()
    q.get()
    print("get of nothing:", outcome(q.get_nowait))
    print("task_done:", outcome(q.task_done))
    print("task_done:", outcome(q.task_done))
    print("task_done:", outcome(q.task_done))
    print("join:", outcome(q.join))
    print("join again:", outcome(q.join))


print("Queue")
check(queue.Queue(2))
print("LifoQueue")
check(queue.LifoQueue(2))
print("PriorityQueue")
check(queue.PriorityQueue(2))
