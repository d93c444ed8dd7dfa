# mp_rlock_states: an RLock of multiprocessing belongs to a thread of a process; a forked child does not have it.
# needs: 3.11
# From: row P39, and Lib/test/_test_multiprocessing.py, _TestLock.
from show import in_thread, outcome
from show_processes import context, in_process

lock = context.RLock()
print("release:", outcome(lock.release))
print("acquire:", lock.acquire(), lock.acquire(False), lock.acquire(True, 0.5), lock.acquire(timeout=-3))
print("another thread:", in_thread(lambda: lock.acquire(False)), in_thread(lambda: lock.acquire(True, 0.01)))
print("another thread releases:", in_thread(lock.release))
print("a child:", in_process(lambda: lock.acquire(False)), in_process(lambda: lock.acquire(True, 0.01)))
print("a child releases:", in_process(lock.release))
for _ in range(3):
    lock.release()
print("still held:", in_process(lambda: lock.acquire(False)))
print("the last release:", outcome(lock.release))
print("one more:", outcome(lock.release))


def child():
    steps = [lock.acquire(False), lock.acquire(False)]
    lock.release()
    lock.release()
    return steps + [outcome(lock.release)]


print("a child has it:", in_process(child))
print("and gave it back:", lock.acquire(False))
lock.release()
with lock:
    with lock:
        print("with:", in_thread(lambda: lock.acquire(False)))
print("after it:", in_thread(lambda: (lock.acquire(False), lock.release())[0]))
print("a child that ends holding it:", in_process(lambda: lock.acquire()))
print("held for ever:", lock.acquire(True, 0.2), outcome(lock.release))
