# pool_callbacks: a done callback is called by the worker that ran the task, or by the one who cancelled it.
# needs: 3.11
# From: rows F3 and F4, in a pool.
import concurrent.futures as futures
import logging
import threading


class Handler(logging.Handler):
    def emit(self, record):
        reports.append(record.getMessage().partition(" for ")[0])


reports = []
logging.getLogger("concurrent.futures").addHandler(Handler())
logging.getLogger("concurrent.futures").propagate = False

go = threading.Event()
called = []
finished = threading.Event()


def note(f):
    called.append((threading.current_thread().name, f.done(), f.cancelled()))


def bad(f):
    called.append(("bad", True, f.cancelled()))
    raise ValueError("callback")


def more(f):
    if not f.cancelled() and f.result() > 0:
        executor.submit(count_down, f.result()).add_done_callback(more)
    else:
        finished.set()


def count_down(number):
    return number - 1


with futures.ThreadPoolExecutor(1, "worker") as executor:
    blocked = executor.submit(go.wait)
    queued = executor.submit(pow, 2, 5)
    dropped = executor.submit(pow, 2, 6)
    for f in queued, dropped:
        f.add_done_callback(note)
        f.add_done_callback(bad)
        f.add_done_callback(note)
    dropped.cancel()
    print("cancelled:", called, len(reports))
    called.clear()
    go.set()
    print("result:", queued.result())
    # The worker is through with the callbacks when it has run the next one.
    executor.submit(pow, 2, 7).result()
    print("finished:", called, reports)

    # A callback submits the next task, which gets the same callback.
    called.clear()
    executor.submit(count_down, 20).add_done_callback(more)
    finished.wait()
    print("chain ended")
