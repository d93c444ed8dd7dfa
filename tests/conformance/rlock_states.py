# rlock_states: what its holder may do with an RLock, and what that returns.
# needs: 3.11
# From: rows T6 (not released by who does not hold it), T8 and T14 (depth).
import threading

from show import in_thread, outcome

lock = threading.RLock()
print("release a free lock:", outcome(lock.release))
print("acquire:", lock.acquire())
print("acquire:", lock.acquire())
print("acquire(False):", lock.acquire(False))
print("acquire(True, 0.01):", lock.acquire(True, 0.01))
for depth in range(3):
    print("release:", outcome(lock.release))
    print("free for others:", in_thread(lambda: lock.acquire(False)))
print("release:", outcome(lock.release))
print("release once more:", outcome(lock.release))

for depth in range(1000):
    lock.acquire()
for depth in range(999):
    lock.release()
print("999 of 1000 released, free for others:", in_thread(lambda: lock.acquire(False)))
lock.release()
print("release once more:", outcome(lock.release))

with lock:
    with lock:
        print("twice inside")
print("release once more:", outcome(lock.release))
