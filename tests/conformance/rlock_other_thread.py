# rlock_other_thread: an RLock belongs to its holder.
# needs: 3.11
# From: row T6: the state is unchanged after another thread's attempts.
import threading

from show import in_thread, outcome

lock = threading.RLock()
lock.acquire()
lock.acquire()
print("another thread acquires:", in_thread(lambda: lock.acquire(False)))
print("another thread acquires in vain:", in_thread(lambda: lock.acquire(True, 0.01)))
print("another thread releases:", in_thread(lock.release))
print("release:", outcome(lock.release))
print("another thread releases:", in_thread(lock.release))
print("release:", outcome(lock.release))
print("another thread releases a free lock:", in_thread(lock.release))
print("release once more:", outcome(lock.release))


def inside():
    first = lock.acquire()
    second = lock.acquire(False)
    lock.release()
    lock.release()
    return first and second


print("another thread, twice:", in_thread(inside))

# The holder works on, nested, while another waits; that one comes in after the last release.
order = []


def wait():
    waiting.set()
    lock.acquire()
    order.append("other")
    lock.release()


waiting = threading.Event()
lock.acquire()
lock.acquire()
thread = threading.Thread(target=wait)
thread.start()
waiting.wait()
order.append("holder")
lock.release()
order.append("holder, still")
lock.release()
thread.join()
print(order)
