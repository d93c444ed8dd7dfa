# pool_initializer_fails: an initializer that fails breaks the pool, with all that is queued.
# needs: 3.11
# From: row F12, and bpo-21423, which asked for it.
import concurrent.futures as futures
import concurrent.futures.thread
import logging
import threading

from show import outcome


class Handler(logging.Handler):
    def emit(self, record):
        reports.append(record.getMessage().rstrip(":"))


reports = []
logging.getLogger("concurrent.futures").addHandler(Handler())
logging.getLogger("concurrent.futures").propagate = False

go = threading.Event()
ran = []


def fail():
    go.wait()
    raise ValueError("not today")


executor = futures.ThreadPoolExecutor(1, initializer=fail)
called = []
fs = [executor.submit(ran.append, number) for number in range(3)]
fs[0].add_done_callback(lambda f: called.append(type(f.exception()).__name__))
go.set()
for f in fs:
    print(outcome(f.result), f.cancelled(), f.done())
print(isinstance(fs[0].exception(), futures.thread.BrokenThreadPool))
print(isinstance(fs[0].exception(), futures.BrokenExecutor), isinstance(fs[0].exception(), RuntimeError))
print("submit:", outcome(lambda: executor.submit(ran.append, 5)))
print("map:", outcome(lambda: executor.map(ran.append, [6])))
executor.shutdown()
print("shut down:", outcome(lambda: executor.submit(ran.append, 7)))
print("ran:", ran, "called:", called, "reports:", reports)
