# thread_error: threading.ThreadError is RuntimeError by another name, and catches what locks complain of.
# needs: 3.11
# From: the documentation of _thread.error, which has been RuntimeError since 3.3.
import threading

from show import outcome

print("the same:", threading.ThreadError is RuntimeError)
for lock in (threading.Lock(), threading.RLock()):
    try:
        lock.release()
        print("released a free lock")
    except threading.ThreadError as error:
        print("caught:", f"{type(error).__name__}: {error}")


def fail():
    raise threading.ThreadError("of my own")


print("thrown:", outcome(fail))
try:
    raise ValueError("no ThreadError")
except threading.ThreadError:
    print("caught too much")
except ValueError as error:
    print("passed by:", error)
