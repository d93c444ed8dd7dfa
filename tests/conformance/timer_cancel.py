# timer_cancel: a timer calls once, or never when it was cancelled in time.
# needs: 3.11
# From: rows T7 (negative: at once) and T15.
import threading
import time

calls = []
lock = threading.Lock()


def call(*args):
    with lock:
        calls.append(list(args))


def run(timer):
    timer.start()
    timer.join()
    print(calls, timer.is_alive())
    calls.clear()


print("0:")
run(threading.Timer(0, call, [0]))
print("-5:")
run(threading.Timer(-5, call, [-5]))
print("-0.5:")
run(threading.Timer(-0.5, call, [1, 2]))
print("0.01:")
run(threading.Timer(0.01, call))

begin = time.monotonic()
timer = threading.Timer(0.05, call)
timer.start()
timer.join()
print("not before its time:", time.monotonic() - begin >= 0.05, calls)
calls.clear()

print("cancelled before the start:")
timer = threading.Timer(0, call)
timer.cancel()
run(timer)
print("cancelled while it waits:")
timer = threading.Timer(1000, call)
timer.start()
print("waiting:", timer.is_alive())
timer.cancel()
timer.join()
print(calls, timer.is_alive())
print("cancelled twice, and after its end:")
timer.cancel()
timer.cancel()
print(calls, timer.is_alive())
print("cancelled after its call:")
timer = threading.Timer(0, call)
timer.start()
timer.join()
timer.cancel()
print(calls, timer.is_alive())
calls.clear()


# Cancelled by its own function: too late for that.
def cancel_itself():
    own.cancel()
    call("went on")


own = threading.Timer(0.01, cancel_itself)
print("cancelled by itself:")
run(own)

# A join() that does not wait for it does not hinder it.
timer = threading.Timer(0.02, call)
timer.start()
timer.join(0)
timer.join(0.001)
timer.join()
print("joined for a moment:", calls)
