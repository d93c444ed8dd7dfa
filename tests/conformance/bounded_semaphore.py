# bounded_semaphore: no more permits than at first.
# needs: 3.11
# From: row T12; release(n), new with bpo-10978, is all or nothing.
import threading

from show import in_thread, outcome

semaphore = threading.BoundedSemaphore(3)
print("release:", outcome(semaphore.release))
print("acquire:", semaphore.acquire())
print("release(2):", outcome(lambda: semaphore.release(2)))
print("release(0):", outcome(lambda: semaphore.release(0)))
print("release:", outcome(semaphore.release))
print("release:", outcome(semaphore.release))
print("acquire:", semaphore.acquire(), semaphore.acquire(), semaphore.acquire(), semaphore.acquire(False))
print("release(4):", outcome(lambda: semaphore.release(4)))
print("nothing was released:", semaphore.acquire(False))
print("release(2):", outcome(lambda: semaphore.release(2)))
print("release(2):", outcome(lambda: semaphore.release(2)))
print("another thread releases:", in_thread(semaphore.release))
print("another thread releases:", in_thread(semaphore.release))
print("acquire(False, 1):", outcome(lambda: semaphore.acquire(False, 1)))

one = threading.BoundedSemaphore()
with one:
    print("inside:", one.acquire(False))
print("one by default:", one.acquire(False), one.acquire(False))

none = threading.BoundedSemaphore(0)
print("of none, acquire:", none.acquire(False))
print("of none, release:", outcome(none.release))
