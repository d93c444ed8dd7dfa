# lock_timeouts: every kind of timeout for Lock.acquire, on a free lock and on a held one.
# needs: 3.13
# From: row T7, and bpo-11618: a Lock was left in a wrong state by an acquire() that timed out.
import math
import threading
import time

from show import outcome

lock = threading.Lock()


def acquire_free(timeout):
    result = outcome(lambda: lock.acquire(True, timeout))
    if lock.locked():
        lock.release()
    return result


print("free")
print("-5:", acquire_free(-5))
print("-1:", acquire_free(-1))
print("-1.0:", acquire_free(-1.0))
print("-0.5:", acquire_free(-0.5))
print("0:", acquire_free(0))
print("0.01:", acquire_free(0.01))
print("1000000:", acquire_free(1000000))
print("nan:", acquire_free(math.nan))
print("keyword:", outcome(lambda: lock.acquire(timeout=0.01)))

print("held")
print("-5:", outcome(lambda: lock.acquire(True, -5)))
print("-0.5:", outcome(lambda: lock.acquire(True, -0.5)))
print("0:", outcome(lambda: lock.acquire(True, 0)))
print("0.01:", outcome(lambda: lock.acquire(True, 0.01)))
print("keyword:", outcome(lambda: lock.acquire(timeout=0.01)))
print("nan:", outcome(lambda: lock.acquire(True, math.nan)))
begin = time.monotonic()
lock.acquire(timeout=0.05)
print("not before its time:", time.monotonic() - begin >= 0.05)

print("after the timeouts")
lock.release()
print("locked:", lock.locked())
print("acquire(False):", lock.acquire(False))
