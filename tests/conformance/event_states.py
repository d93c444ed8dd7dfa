# event_states: the flag, and what wait() returns.
# needs: 3.11
# From: python/cpython#114827: what wait() does when its time runs out was unclear (it returns False).
import threading

from show import in_thread, outcome

event = threading.Event()
print("new:", event.is_set())
print("wait(0):", event.wait(0))
print("clear:", outcome(event.clear), event.is_set())
print("set:", outcome(event.set), event.is_set())
print("set:", outcome(event.set), event.is_set())
print("wait:", event.wait())
print("wait(0):", event.wait(0))
print("another thread waits:", in_thread(event.wait))
print("clear:", outcome(event.clear), event.is_set())
print("wait(0.01):", event.wait(0.01))
print("another thread waits in vain:", in_thread(lambda: event.wait(0.01)))
print("another thread sets:", in_thread(event.set), event.is_set())
print("wait:", event.wait())

# All who wait go on, and so does who comes later.
event.clear()
results = []
lock = threading.Lock()


def wait():
    result = event.wait()
    with lock:
        results.append(result)


threads = [threading.Thread(target=wait) for _ in range(5)]
for thread in threads:
    thread.start()
with lock:
    print("through before set:", len(results))
event.set()
threads.append(threading.Thread(target=wait))
threads[-1].start()
for thread in threads:
    thread.join()
print(results)
