# mp_condition_errors: who may wait and notify on a Condition of multiprocessing, and what no time at all means.
# needs: 3.11
# From: rows T9 and T21, and python/cpython#75158 (notify_all waited for a waiter that had been killed).
from show import in_thread, outcome
from show_processes import context, in_process

own = context.Condition()
print("wait:", outcome(own.wait))
print("wait(0):", outcome(lambda: own.wait(0)))
print("notify:", outcome(own.notify))
print("notify(0):", outcome(lambda: own.notify(0)))
print("notify_all:", outcome(own.notify_all))
print("wait_for what is true:", outcome(lambda: own.wait_for(lambda: True)))
print("wait_for in no time:", outcome(lambda: own.wait_for(lambda: False, 0)))
print("wait_for in less:", outcome(lambda: own.wait_for(lambda: False, -1)))
print("wait_for what is not:", outcome(lambda: own.wait_for(lambda: False)))
print("release:", outcome(own.release))

print("acquire:", own.acquire(), own.acquire(False))
print("notify:", outcome(own.notify), outcome(lambda: own.notify(3)), outcome(own.notify_all))
print("wait(0):", outcome(lambda: own.wait(0)), outcome(lambda: own.wait(-1)), outcome(lambda: own.wait(0.01)))
print("a thread:", in_thread(own.notify), in_thread(lambda: own.wait(0)))
print("a child:", in_process(own.notify), in_process(lambda: own.wait(0)))
own.release()
print("held once more:", in_thread(lambda: own.acquire(False)))
own.release()
print("and free:", in_thread(lambda: (own.acquire(False), own.release())[0]))

# With a Lock, which has no owner: who acquired it last is asked for.
lock = context.Lock()
lent = context.Condition(lock)
print("wait:", outcome(lent.wait))
lock.acquire()
print("wait(0):", lent.wait(0), lock.acquire(False))
print("a thread:", in_thread(lent.notify), in_thread(lambda: lent.wait(0)))
print("a child:", in_process(lent.notify))
print("a thread releases:", in_thread(lent.release))
print("notify:", outcome(lent.notify))

# How often the predicate is asked.
asked = []
with own:
    own.wait_for(lambda: asked.append(1), 0)
    print("asked, in no time:", len(asked))
    own.wait_for(lambda: asked.append(1), 0.02)
    print("asked, in a little:", len(asked))
    print("what it returns:", own.wait_for(lambda: 7), own.wait_for(lambda: 0, 0))
