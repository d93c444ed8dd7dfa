# pool_cancel: what is queued can be cancelled and is never run then; what runs cannot.
# needs: 3.11
# From: row F2.
import concurrent.futures as futures
import threading

from show import outcome

started = threading.Event()
go = threading.Event()
ran = []


def block():
    started.set()
    go.wait()
    return "blocked"


with futures.ThreadPoolExecutor(1) as executor:
    running = executor.submit(block)
    queued = [executor.submit(ran.append, number) for number in range(5)]
    started.wait()
    print("running:", running.running(), running.cancel(), running.cancelled(), running.done())
    print("queued:", [f.running() for f in queued], [f.done() for f in queued])
    print("cancel:", queued[1].cancel(), queued[3].cancel(), queued[3].cancel())
    print("cancelled:", [f.cancelled() for f in queued], outcome(queued[1].result))
    go.set()
    print("result:", running.result(), running.cancel())
print("ran:", ran, [f.cancelled() for f in queued], [f.done() for f in queued])

# Cancelled or run, never both and never neither.
count = 0
cancelled = 0
lock = threading.Lock()


def work():
    global count
    with lock:
        count += 1


with futures.ThreadPoolExecutor(2) as executor:
    for round in range(500):
        f = executor.submit(work)
        if f.cancel():
            cancelled += 1
print("run or cancelled:", count + cancelled)
