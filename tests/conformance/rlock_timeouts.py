# rlock_timeouts: every kind of timeout for RLock.acquire: free, held by another thread, held by this one.
# needs: 3.13
# From: rows T7 and T8. The arguments are judged even where the lock need not be waited for.
import math
import threading

from show import in_thread, outcome

lock = threading.RLock()


def try_all(acquire):
    print("(True, -5):", acquire(lambda: lock.acquire(True, -5)))
    print("(True, -0.5):", acquire(lambda: lock.acquire(True, -0.5)))
    print("(True, 0):", acquire(lambda: lock.acquire(True, 0)))
    print("(True, 0.01):", acquire(lambda: lock.acquire(True, 0.01)))
    print("(True, nan):", acquire(lambda: lock.acquire(True, math.nan)))
    print("(False, 1):", acquire(lambda: lock.acquire(False, 1)))
    print("(False, 0):", acquire(lambda: lock.acquire(False, 0)))
    print("(False, -1):", acquire(lambda: lock.acquire(False, -1)))
    print("(timeout=0.01):", acquire(lambda: lock.acquire(timeout=0.01)))


def acquire_and_release(acquire):
    result = outcome(acquire)
    if result is True:
        lock.release()
    return result


print("free")
try_all(acquire_and_release)
print("(True, -1):", acquire_and_release(lambda: lock.acquire(True, -1)))
print("release once more:", outcome(lock.release))

print("held by this thread")
lock.acquire()
try_all(acquire_and_release)
print("(True, -1):", acquire_and_release(lambda: lock.acquire(True, -1)))

print("held by another thread")
try_all(in_thread)
print("release:", outcome(lock.release))
print("release once more:", outcome(lock.release))
