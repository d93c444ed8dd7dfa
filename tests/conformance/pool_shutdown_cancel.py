# pool_shutdown_cancel: shutdown(cancel_futures=True) cancels what has not begun, and what runs is finished.
# needs: 3.11
# From: row F8, and bpo-39349, which asked for it.
import concurrent.futures as futures
import threading

from show import outcome


def check(wait):
    executor = futures.ThreadPoolExecutor(2)
    started = threading.Semaphore(0)
    go = threading.Event()
    ran = []

    def block(number):
        started.release()
        go.wait()
        return number

    running = [executor.submit(block, number) for number in range(2)]
    started.acquire()
    started.acquire()
    queued = [executor.submit(ran.append, number) for number in range(4)]
    called = []
    for f in queued:
        f.add_done_callback(lambda f: called.append(f.cancelled()))
    early = queued[2].cancel()
    if wait:
        queued[3].add_done_callback(lambda f: go.set())
    executor.shutdown(wait=wait, cancel_futures=True)
    print("queued:", early, [f.cancelled() for f in queued], called, outcome(queued[0].result))
    go.set()
    print("running:", [f.result() for f in running], ran)
    print("submit:", outcome(lambda: executor.submit(block, 3)))
    executor.shutdown()
    executor.shutdown(cancel_futures=True)
    print("again:", [f.result() for f in running], [f.cancelled() for f in running])


check(False)
check(True)
