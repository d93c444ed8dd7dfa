# pool_cancel_wait: who waits for a cancelled task goes on when a worker comes across it, and not before.
# needs: 3.11
# From: rows F2 and F6.
import concurrent.futures as futures
import threading

from show import until_asleep

started = threading.Event()
go = threading.Event()
calls = []


def block():
    started.set()
    go.wait()


with futures.ThreadPoolExecutor(1) as executor:
    running = executor.submit(block)
    queued = executor.submit(calls.append, "ran")
    queued.add_done_callback(lambda f: calls.append("callback"))
    started.wait()
    found = []
    waiter = threading.Thread(target=lambda: found.append(len(futures.wait([queued]).done)))
    taker = threading.Thread(target=lambda: found.append(len(list(futures.as_completed([queued])))))
    for thread in waiter, taker:
        thread.start()
        until_asleep(thread)
    print("cancel:", queued.cancel(), calls)
    until_asleep(waiter)
    until_asleep(taker)
    print("waiting:", waiter.is_alive(), taker.is_alive(), found)
    go.set()
    waiter.join()
    taker.join()
    print("found:", found, calls, running.cancelled())
