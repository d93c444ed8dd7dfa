# condition_no_memory: a notification reaches who waits now; nobody else, not even later.
# needs: 3.11
# From: row T10: none lost, but none kept either.
import threading

from show import until

condition = threading.Condition(threading.Lock())
with condition:
    condition.notify()
    condition.notify(10)
    condition.notify_all()
    print("notified before it waits:", condition.wait(0.01))

waiting = threading.Semaphore(0)
results = []


def wait(timeout):
    with condition:
        waiting.release()
        results.append(condition.wait(timeout))


threads = [threading.Thread(target=wait, args=(None,)) for _ in range(4)]
for thread in threads:
    thread.start()
for _ in threads:
    waiting.acquire()
with condition:
    condition.notify_all()
for thread in threads:
    thread.join()
print("notify_all:", results)
with condition:
    print("all are gone from the line:", condition.wait(0.01))

# Two notifications before the lock is given up reach two waiters; the third has to wait on.
results.clear()
threads = [threading.Thread(target=wait, args=(None,)) for _ in range(3)]
for thread in threads:
    thread.start()
for _ in threads:
    waiting.acquire()
with condition:
    condition.notify()
    condition.notify()


def two_are_back():
    with condition:
        return len(results) >= 2


until(two_are_back)
with condition:
    print("two of three:", results)
    condition.notify()
for thread in threads:
    thread.join()
print("three of three:", results)
