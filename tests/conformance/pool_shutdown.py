# pool_shutdown: what was submitted before shutdown() is run; afterwards submit() and map() are errors.
# needs: 3.11
# From: row F8, and the documentation of Executor.shutdown.
import concurrent.futures as futures
import threading

from show import outcome

executor = futures.ThreadPoolExecutor(1)
started = threading.Event()
go = threading.Event()


def block():
    started.set()
    go.wait()
    return "blocked"


first = executor.submit(block)
queued = [executor.submit(pow, 2, number) for number in range(4)]
started.wait()
executor.shutdown(wait=False)
print("not waited for:", first.running(), [f.done() for f in queued])
print("submit:", outcome(lambda: executor.submit(pow, 2, 3)))
print("map:", outcome(lambda: executor.map(pow, [2], [3])))
print("map of nothing:", outcome(lambda: list(executor.map(pow, [], []))))
go.set()
executor.shutdown()
print("waited for:", first.result(), [f.result() for f in queued])
print("again:", outcome(executor.shutdown), outcome(lambda: executor.shutdown(wait=False)))
print("submit:", outcome(lambda: executor.submit(pow, 2, 3)))

# One that has never been used.
executor = futures.ThreadPoolExecutor()
print("unused:", outcome(executor.shutdown), outcome(lambda: executor.submit(pow, 2, 3)))

# A task submits to its own pool while that is being shut down.
executor = futures.ThreadPoolExecutor(1)
started.clear()
go.clear()


def submit_more():
    started.set()
    go.wait()
    return outcome(lambda: executor.submit(pow, 2, 3))


late = executor.submit(submit_more)
started.wait()
executor.shutdown(wait=False)
go.set()
print("from within:", late.result())
executor.shutdown()
