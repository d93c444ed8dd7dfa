# mp_lock_states: a Lock of multiprocessing is a semaphore of one: anybody releases it, and no argument is refused.
# needs: 3.11
# From: rows P39 (released by another process; its holder has ended normally) and T8.
from show import in_thread, outcome
from show_processes import context, in_process

lock = context.Lock()
print("release:", outcome(lock.release))
print("acquire:", lock.acquire())
print("again:", lock.acquire(False), lock.acquire(block=False), lock.acquire(True, 0), lock.acquire(True, 0.01))
print("negative:", lock.acquire(True, -1), lock.acquire(True, -5.5), lock.acquire(timeout=-1))
print("a useless timeout:", lock.acquire(False, 3), lock.acquire(False, -3), lock.acquire(block=False, timeout=None))
print("release:", outcome(lock.release))
print("once more:", outcome(lock.release))
print("free, with a negative timeout:", lock.acquire(True, -1))
print("another thread acquires:", in_thread(lambda: lock.acquire(False)))
print("another thread releases:", in_thread(lock.release))
print("acquire:", lock.acquire(False))

print("a child acquires:", in_process(lambda: lock.acquire(False)))
print("a child releases:", in_process(lock.release))
print("a child releases once more:", in_process(lock.release))
print("acquire:", lock.acquire(False))
lock.release()

print("a child acquires and ends:", in_process(lambda: lock.acquire()))
print("held for ever:", lock.acquire(True, 0.2))
print("released by the parent:", outcome(lock.release))
with lock:
    print("with:", lock.acquire(False), in_process(lambda: lock.acquire(True, 0.01)))
print("after it:", lock.acquire(False))

held = context.Lock()
held.acquire()
with_lock = in_process(lambda: (held.release(), held.acquire())[1])
print("a child hands it back to itself:", with_lock, held.acquire(False))
