# event_timeouts: every kind of timeout for Event.wait.
# needs: 3.11
# From: row T7: negative is no error here, it only looks.
import threading
import time

event = threading.Event()
for flag in False, True:
    if flag:
        event.set()
    print("raised:", flag)
    print("-5:", event.wait(-5))
    print("-0.5:", event.wait(-0.5))
    print("0:", event.wait(0))
    print("0.01:", event.wait(0.01))
    print("keyword:", event.wait(timeout=0.01))
print("None:", event.wait(None))
print("1000000:", event.wait(1000000))

event.clear()
begin = time.monotonic()
event.wait(0.05)
print("not before its time:", time.monotonic() - begin >= 0.05)

# A flag that is raised in time ends a long wait.
timer = threading.Timer(0.01, event.set)
timer.start()
print("raised in time:", event.wait(100))
print("long before its time:", time.monotonic() - begin < 50)
timer.join()
