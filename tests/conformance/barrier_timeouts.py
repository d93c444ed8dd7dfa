# barrier_timeouts: whose time runs out breaks the barrier for all.
# needs: 3.11
# From: rows T7 (negative breaks at once) and T13.
import threading
import time

from show import outcome, until


def check(name, timeout):
    barrier = threading.Barrier(2)
    print(name, outcome(lambda: barrier.wait(timeout)), barrier.broken, barrier.n_waiting)


check("-5:", -5)
check("-0.5:", -0.5)
check("0:", 0)
check("0.01:", 0.01)

hasty = threading.Barrier(2, timeout=0.01)
print("its own timeout:", outcome(hasty.wait), hasty.broken)
patient = threading.Barrier(2, None, 1000)
print("another for one call:", outcome(lambda: patient.wait(0.01)), patient.broken)
print("and for all after it:", outcome(lambda: patient.wait(1000)), patient.broken)
patient.reset()
print("reset:", patient.broken)
begin = time.monotonic()
print("keyword:", outcome(lambda: patient.wait(timeout=0.05)))
print("not before its time:", time.monotonic() - begin >= 0.05)

# The one whose time runs out takes the patient ones with it.
barrier = threading.Barrier(4)
results = []
lock = threading.Lock()


def wait():
    result = outcome(barrier.wait)
    with lock:
        results.append(result)


threads = [threading.Thread(target=wait) for _ in range(2)]
for thread in threads:
    thread.start()
until(lambda: barrier.n_waiting == 2)
print("the hasty one:", outcome(lambda: barrier.wait(0.01)))
for thread in threads:
    thread.join()
print("the patient ones:", results)
print("too late:", outcome(barrier.wait))
print("broken:", barrier.broken, "waiting:", barrier.n_waiting)

# Not when all have come in time, however short it was.
single = threading.Barrier(1, timeout=0)
print("nobody to wait for:", single.wait(), single.wait(-1))
