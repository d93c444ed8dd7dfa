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
run(threading.Timer(0, call, ["0"]))
print("-5:")
run(threading.Timer(-5, call, ["-5"]))
print("-0.5:")
run(threading.Timer(-0.5, call, ["1", "2"]))
print("0.01:")
run(threading.Timer(0.01, call))

begin = time.monotonic()
later = threading.Timer(0.05, call)
later.start()
later.join()
print("not before its time:", time.monotonic() - begin >= 0.05, calls)
calls.clear()

print("cancelled before the start:")
never = threading.Timer(0, call)
never.cancel()
run(never)
print("cancelled while it waits:")
long_one = threading.Timer(1000, call)
long_one.start()
print("waiting:", long_one.is_alive())
long_one.cancel()
long_one.join()
print(calls, long_one.is_alive())
print("cancelled twice, and after its end:")
long_one.cancel()
long_one.cancel()
print(calls, long_one.is_alive())
print("cancelled after its call:")
soon = threading.Timer(0, call)
soon.start()
soon.join()
soon.cancel()
print(calls, soon.is_alive())
calls.clear()


# Cancelled by its own function: too late for that.
def cancel_itself():
    itself.cancel()
    call("went on")


itself = threading.Timer(0.01, cancel_itself)
print("cancelled by itself:")
run(itself)

# A join() that does not wait for it does not hinder it.
joined = threading.Timer(0.02, call)
joined.start()
joined.join(0)
joined.join(0.001)
joined.join()
print("joined for a moment:", calls)
