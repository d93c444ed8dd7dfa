# barrier_action_raises: whose action fails gets its exception, all the others a broken barrier.
# needs: 3.11
# From: row T13.
import threading

from show import outcome, until

calls = 0


def action():
    global calls
    calls += 1
    if calls == 1:
        raise LookupError("no key")


def wait():
    result = str(outcome(barrier.wait))
    with lock:
        results.append(result)


barrier = threading.Barrier(3, action)
results = []
lock = threading.Lock()
threads = [threading.Thread(target=wait) for _ in range(2)]
for thread in threads:
    thread.start()
until(lambda: barrier.n_waiting == 2)
print("the last one:", outcome(barrier.wait))
for thread in threads:
    thread.join()
print("the others:", results)
print("broken:", barrier.broken, "waiting:", barrier.n_waiting)
print("wait:", outcome(barrier.wait))
print("calls:", calls)

barrier.reset()
print("reset, broken:", barrier.broken)
results.clear()
threads = [threading.Thread(target=wait) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("afterwards:", sorted(results))
print("calls:", calls)
