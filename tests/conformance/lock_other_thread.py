# lock_other_thread: a Lock belongs to nobody.
# needs: 3.11
# From: row T6, and python/cpython#128167: a Lock stays locked when the thread that acquired it ends.
import threading

from show import in_thread, outcome

lock = threading.Lock()
print("another thread acquires:", in_thread(lock.acquire))
print("it has ended, locked:", lock.locked())
print("acquire(False):", lock.acquire(False))
print("release what another acquired:", outcome(lock.release))
print("locked:", lock.locked())

print("acquire:", lock.acquire())
print("another thread tries:", in_thread(lambda: lock.acquire(False)))
print("another thread tries for a while:", in_thread(lambda: lock.acquire(True, 0.01)))
print("another thread releases:", in_thread(lock.release))
print("locked:", lock.locked())
print("another thread releases again:", in_thread(lock.release))


# Ten threads wait; each that gets the lock lets the next one in.
def enter(number):
    lock.acquire()
    entered.append(number)
    lock.release()


entered = []
lock.acquire()
threads = [threading.Thread(target=enter, args=(number,)) for number in range(10)]
for thread in threads:
    thread.start()
print("entered while locked:", len(entered))
lock.release()
for thread in threads:
    thread.join()
print("entered:", sorted(entered))
print("locked:", lock.locked())
