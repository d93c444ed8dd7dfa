# condition_timeouts: every kind of timeout for Condition.wait, and what it returns.
# needs: 3.11
# From: row T7: a negative timeout is no error here, it only polls.
import threading
import time

from show import outcome

condition = threading.Condition()
with condition:
    print("-5:", condition.wait(-5))
    print("-0.5:", condition.wait(-0.5))
    print("0:", condition.wait(0))
    print("0.01:", condition.wait(0.01))
    print("keyword:", condition.wait(timeout=0.01))
    begin = time.monotonic()
    condition.wait(0.05)
    print("not before its time:", time.monotonic() - begin >= 0.05)
    print("the lock is held again:", outcome(condition.notify))


# The lock is given up while the time runs, and a notification makes it True.
def notify():
    with condition:
        condition.notify()


for timeout in None, 100:
    with condition:
        thread = threading.Thread(target=notify)
        thread.start()
        print(timeout, "and a notification:", condition.wait(timeout))
    thread.join()


# A wait whose time has run out comes back only with the lock.
def hold():
    with condition:
        held.set()
        time.sleep(0.05)
        log.append("release")


held = threading.Event()
log = []
with condition:
    thread = threading.Thread(target=hold)
    thread.start()
    while not held.is_set():
        condition.wait(0.001)
    log.append("back")
thread.join()
print(log)
