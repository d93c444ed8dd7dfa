# future_callbacks: callbacks are called in the order of their adding, once; what one raises is logged, and stays there.
# needs: 3.11
# From: row F3, and the documentation of Future.add_done_callback.
import concurrent.futures as futures
import logging


class Handler(logging.Handler):
    def emit(self, record):
        reports.append(record.getMessage().partition(" for ")[0])


calls = []
reports = []
logging.getLogger("concurrent.futures").addHandler(Handler())
logging.getLogger("concurrent.futures").propagate = False


def bad(f):
    calls.append("bad")
    raise ValueError("callback")


def check(what, end):
    calls.clear()
    reports.clear()
    f = futures.Future()
    f.add_done_callback(lambda g: calls.append("first"))
    f.add_done_callback(bad)
    f.add_done_callback(lambda g: calls.append("same" if g is f else "other"))
    f.add_done_callback(bad)
    f.add_done_callback(lambda g: calls.append("done" if g.done() else "not done"))
    print(what, "before:", calls, len(reports))
    end(f)
    print(what, "after:", calls, reports)


check("result", lambda f: f.set_result(1))
check("exception", lambda f: f.set_exception(ValueError("x")) or f.exception())
check("cancel", lambda f: f.cancel())

# The one who cancels calls them; whoever takes notice later does not.
calls.clear()
f = futures.Future()
f.add_done_callback(lambda g: calls.append(g.cancelled()))
f.cancel()
print("cancelled:", calls)
f.cancel()
f.set_running_or_notify_cancel()
print("taken notice of:", calls)
