# semaphore_errors: what a Semaphore refuses.
# needs: 3.11
# From: rows T8 and T12.
import threading

from show import in_thread, outcome

print("Semaphore(-1):", outcome(lambda: threading.Semaphore(-1)))
print("BoundedSemaphore(-1):", outcome(lambda: threading.BoundedSemaphore(-1)))

semaphore = threading.Semaphore(0)
print("acquire(False):", semaphore.acquire(False))
print("acquire(False, 1):", outcome(lambda: semaphore.acquire(False, 1)))
print("acquire(False, 0):", outcome(lambda: semaphore.acquire(False, 0)))
print("acquire(False, -5):", outcome(lambda: semaphore.acquire(False, -5)))
print("acquire(False, None):", outcome(lambda: semaphore.acquire(False, None)))
print("acquire(blocking=False, timeout=1):", outcome(lambda: semaphore.acquire(blocking=False, timeout=1)))
print("release(0):", outcome(lambda: semaphore.release(0)))
print("release(-1):", outcome(lambda: semaphore.release(-1)))
print("nothing was released:", semaphore.acquire(False))
print("release:", outcome(semaphore.release))
print("acquire(False, 1) of a permit:", outcome(lambda: semaphore.acquire(False, 1)))
print("acquire:", semaphore.acquire())
print("acquire(False):", semaphore.acquire(False))

# Any thread may release, as often as it likes.
print("another thread releases:", in_thread(semaphore.release))
print("another thread releases 2:", in_thread(lambda: semaphore.release(2)))
print("acquire:", semaphore.acquire(), semaphore.acquire(), semaphore.acquire())
print("acquire(False):", semaphore.acquire(False))

one = threading.Semaphore()
print("one by default:", one.acquire(False), one.acquire(False))
