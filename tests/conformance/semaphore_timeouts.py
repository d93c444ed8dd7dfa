# semaphore_timeouts: every kind of timeout for Semaphore.acquire.
# needs: 3.11
# From: row T7: negative is no error here, it only looks; a permit that is there is taken whatever the timeout.
import threading
import time

semaphore = threading.Semaphore(0)
print("no permit")
print("-5:", semaphore.acquire(True, -5))
print("-0.5:", semaphore.acquire(True, -0.5))
print("0:", semaphore.acquire(True, 0))
print("0.01:", semaphore.acquire(True, 0.01))
print("keyword:", semaphore.acquire(timeout=0.01))
begin = time.monotonic()
semaphore.acquire(timeout=0.05)
print("not before its time:", time.monotonic() - begin >= 0.05)

semaphore.release(6)
print("permits")
print("-5:", semaphore.acquire(True, -5))
print("-0.5:", semaphore.acquire(True, -0.5))
print("0:", semaphore.acquire(True, 0))
print("0.01:", semaphore.acquire(True, 0.01))
print("None:", semaphore.acquire(True, None))
print("1000000:", semaphore.acquire(True, 1000000))
print("no permit any more:", semaphore.acquire(True, 0))

# Those who gave up have left nothing behind: the one permit is there for who comes.
threads = [threading.Thread(target=lambda: semaphore.acquire(True, 0.01)) for _ in range(5)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
semaphore.release()
print("after five gave up:", semaphore.acquire(False), semaphore.acquire(False))
