# executor_subclass: executors of one's own: one runs everything at once, one when it is told to.
# needs: 3.11
# From: row F13's neighbourhood, and the documentation of Executor: map() is built on submit().
import concurrent.futures as futures

from show import outcome


def run(f, fn, args):
    if not f.set_running_or_notify_cancel():
        return
    try:
        result = fn(*args)
    except Exception as e:
        f.set_exception(e)
    else:
        f.set_result(result)


class AtOnce(futures.Executor):
    def __init__(self):
        self.stopped = False

    def submit(self, fn, /, *args):
        if self.stopped:
            raise RuntimeError("no more")
        f = futures.Future()
        run(f, fn, args)
        return f

    def shutdown(self, wait=True, *, cancel_futures=False):
        print("shutdown:", wait, cancel_futures)
        self.stopped = True


class Later(AtOnce):
    def __init__(self):
        super().__init__()
        self.items = []

    def submit(self, fn, /, *args):
        f = futures.Future()
        self.items.append((f, fn, args))
        return f

    def run_all(self):
        items, self.items = self.items, []
        for item in items:
            run(*item)


def divide(a, b):
    if b == 0:
        raise ValueError("by zero")
    return a // b


def use(executor):
    """Written against the interface."""
    return executor.submit(divide, 12, 4), executor.submit(divide, 1, 0)


executor = AtOnce()
good, bad = use(executor)
print("at once:", good.done(), good.result(), outcome(bad.result))
print("map:", list(executor.map(divide, [8, 9, 10], [2, 3, 5])))
executor.shutdown()
executor.shutdown(wait=False, cancel_futures=True)
print("stopped:", outcome(lambda: executor.submit(divide, 1, 1)), outcome(lambda: executor.map(divide, [1], [1])))

executor = Later()
good, bad = use(executor)
dropped = executor.submit(divide, 5, 5)
print("later:", good.done(), bad.done(), dropped.cancel(), outcome(lambda: good.result(0)))
print("not told:", len(futures.wait([dropped], 0).done))
executor.run_all()
print("run:", good.result(), outcome(bad.result), outcome(dropped.result))
print("told:", len(futures.wait([dropped], 0).done))
results = executor.map(divide, [8, 9, 10], [2, 3, 5], timeout=0)
print("held:", len(executor.items))
executor.run_all()
print("map:", list(results))
with executor:
    print("in the block")
