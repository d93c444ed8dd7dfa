# future_timeouts: result() and exception() give up in time; a negative timeout only looks.
# needs: 3.11
# From: rows F5 and T7.
import concurrent.futures as futures

from show import outcome

f = futures.Future()
for timeout in 0, -1, -0.5, 0.01:
    print(timeout, outcome(lambda: f.result(timeout)), outcome(lambda: f.exception(timeout)))
f.set_running_or_notify_cancel()
print("running:", outcome(lambda: f.result(0)), outcome(lambda: f.exception(timeout=-1)), f.running())
f.set_result(1)
for timeout in 0, -1, None, 1000:
    print(timeout, f.result(timeout), f.exception(timeout=timeout))

f = futures.Future()
f.set_exception(ValueError("bad"))
for timeout in 0, -1, None:
    print(timeout, outcome(lambda: f.result(timeout=timeout)), f.exception(timeout) is f.exception())

f = futures.Future()
f.cancel()
for timeout in 0, -1, None:
    print(timeout, outcome(lambda: f.result(timeout)), outcome(lambda: f.exception(timeout)))

# What a task raises, and what happens when the time is over, are the same type.
f = futures.Future()
f.set_exception(TimeoutError("the task's own"))
print(outcome(lambda: f.result(0)), futures.TimeoutError is TimeoutError)
