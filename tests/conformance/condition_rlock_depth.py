# condition_rlock_depth: wait() gives up an RLock in all its levels and takes all of them back.
# needs: 3.11
# From: python/cpython#125144, whose first form kept an RLock of depth 2 locked during wait().
import threading

from show import in_thread, outcome

lock = threading.RLock()
condition = threading.Condition(lock)
ready = False


def tell():
    global ready
    with condition:
        ready = True
        condition.notify()


lock.acquire()
condition.acquire()
lock.acquire()
thread = threading.Thread(target=tell)
thread.start()
print("wait_for at depth 3:", condition.wait_for(lambda: ready))
thread.join()
for depth in range(3):
    print("free for others:", in_thread(lambda: lock.acquire(False)))
    print("release:", outcome(lock.release))
print("release once more:", outcome(condition.release))

lock.acquire()
lock.acquire()
print("wait(0.01) at depth 2:", condition.wait(0.01))
print("release:", outcome(lock.release))
print("release:", outcome(lock.release))
print("release once more:", outcome(lock.release))
print("wait without the lock:", outcome(condition.wait))
print("release:", outcome(lock.release))
