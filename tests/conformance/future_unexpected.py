# future_unexpected: set_running_or_notify_cancel() is for a future that is pending or cancelled, and for once.
# needs: 3.11
# From: row F2, and the documentation of Future.set_running_or_notify_cancel.
import concurrent.futures as futures
import logging

from show import outcome

# CPython logs what else it has to say.
logging.getLogger("concurrent.futures").addHandler(logging.NullHandler())
logging.getLogger("concurrent.futures").propagate = False

f = futures.Future()
print("pending:", outcome(f.set_running_or_notify_cancel))
print("running:", outcome(f.set_running_or_notify_cancel), f.running())
f.set_result(None)
print("finished:", outcome(f.set_running_or_notify_cancel), f.done(), f.running())

f = futures.Future()
f.set_exception(RuntimeError("failed"))
print("failed:", outcome(f.set_running_or_notify_cancel), outcome(f.result))

f = futures.Future()
f.cancel()
print("cancelled:", outcome(f.set_running_or_notify_cancel), f.cancelled())
print("cancelled and told:", outcome(f.set_running_or_notify_cancel), f.cancelled())
