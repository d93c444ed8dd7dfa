# lock_states: what one thread may do with a Lock, and what that returns.
# needs: 3.11
# From: rows T6 (a free lock is not released) and T8 (a timeout without blocking).
import threading

from show import outcome

lock = threading.Lock()
print("new:", lock.locked())
print("release a free lock:", outcome(lock.release))
print("acquire:", lock.acquire())
print("locked:", lock.locked())
print("acquire(False):", lock.acquire(False))
print("acquire(blocking=False):", lock.acquire(blocking=False))
print("acquire(False, 1):", outcome(lambda: lock.acquire(False, 1)))
print("acquire(False, 0):", outcome(lambda: lock.acquire(False, 0)))
print("acquire(False, -5):", outcome(lambda: lock.acquire(False, -5)))
print("acquire(False, -1):", outcome(lambda: lock.acquire(False, -1)))
print("locked:", lock.locked())
print("release:", outcome(lock.release))
print("locked:", lock.locked())
print("release once more:", outcome(lock.release))
print("acquire(False):", lock.acquire(False))
print("release:", outcome(lock.release))
with lock:
    print("with lock:", lock.locked())
print("after:", lock.locked())
