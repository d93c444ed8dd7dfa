# future_states: what a future says of itself in each of its states, and who may set it.
# needs: 3.11
# From: row F1, and the documentation of Future: whoever has a pending one may set it, running or not.
import concurrent.futures as futures

from show import outcome


def states(f):
    return f.running(), f.cancelled(), f.done()


f = futures.Future()
print("pending:", states(f))
f.set_result(1)
print("set without running:", states(f), f.result(), f.exception())

f = futures.Future()
print("may run:", f.set_running_or_notify_cancel(), states(f))
print("cancel:", f.cancel(), states(f))
f.set_result(2)
print("finished:", states(f), f.result(), f.result())
print("cancel:", f.cancel(), states(f), f.result())

f = futures.Future()
f.set_exception(ValueError("bad"))
print("failed:", states(f), outcome(f.result), "and again", outcome(f.result))
print("cancel:", f.cancel(), states(f))

f = futures.Future()
print("cancel:", f.cancel(), states(f), outcome(f.result), outcome(f.exception))
print("cancel again:", f.cancel(), states(f))
print("may run:", f.set_running_or_notify_cancel(), states(f))
print("cancel again:", f.cancel(), states(f), outcome(f.result))
