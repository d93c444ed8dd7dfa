# queue_shutdown_immediate: what is in the queue is gone, and counts as done; what was taken does not.
# needs: 3.13
# From: row Q6, and python/cpython#137088: join() goes on only when all that was taken has been reported as done.
import queue
import threading

from show import outcome, until_asleep


def check(q):
    for item in 1, 2, 3:
        q.put(item)
    print("get:", q.get())
    print("shutdown(True):", outcome(lambda: q.shutdown(True)))
    print("size:", q.qsize(), q.empty(), q.full())
    print("get:", outcome(q.get))
    print("get_nowait:", outcome(q.get_nowait))
    print("put:", outcome(lambda: q.put(4)))
    joiner = threading.Thread(target=q.join)
    joiner.start()
    until_asleep(joiner)
    print("one is still being worked on, join waits:", joiner.is_alive())
    print("task_done:", outcome(q.task_done))
    joiner.join()
    print("join is through:", joiner.is_alive())
    print("task_done:", outcome(q.task_done))
    print("shutdown(True) again:", outcome(lambda: q.shutdown(True)))
    print("join:", outcome(q.join))


print("Queue")
check(queue.Queue())
print("Queue(3)")
check(queue.Queue(3))
print("LifoQueue")
check(queue.LifoQueue(3))
print("PriorityQueue")
check(queue.PriorityQueue(3))

# Nothing was taken: who joins goes on.
untouched = queue.Queue()
untouched.put(1)
untouched.put(2)
joiner = threading.Thread(target=untouched.join)
joiner.start()
until_asleep(joiner)
untouched.shutdown(immediate=True)
joiner.join()
print("joined:", untouched.qsize(), outcome(untouched.task_done))

# More were reported as done than were taken.
reported = queue.Queue()
reported.put(1)
reported.put(2)
reported.task_done()
reported.task_done()
reported.put(3)
reported.shutdown(immediate=True)
reported.join()
print("joined:", reported.qsize(), outcome(reported.task_done))

# First the gentle way, then the other.
both = queue.Queue()
both.put(1)
both.shutdown()
both.shutdown(immediate=True)
print("both:", outcome(both.get), outcome(both.task_done))
