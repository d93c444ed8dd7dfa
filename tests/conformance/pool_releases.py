# pool_releases: neither an idle worker nor an iteration keeps what it is done with.
# needs: 3.11
# From: row F7: bpo-16284 (a worker kept the last task's function) and bpo-27144 (as_completed() and map() kept what
# they had given).
import concurrent.futures as futures
import threading

from show import until

lock = threading.Lock()
alive = 0


class Tracked:
    def __init__(self):
        self.count(1)

    def __del__(self):
        self.count(-1)

    @staticmethod
    def count(by):
        global alive
        with lock:
            alive += by


def make(number):
    return Tracked()


with futures.ThreadPoolExecutor(1) as executor:
    # The argument, while the future is still there.
    f = executor.submit(lambda it: 1, Tracked())
    print("result:", f.result())
    until(lambda: alive == 0)
    print("argument released")

    # The result, while the worker is idle.
    f = executor.submit(make, 0)
    f.result()
    print("kept:", alive)
    del f
    until(lambda: alive == 0)
    print("result released")

    # A cancelled one.
    go = threading.Event()
    blocked = executor.submit(go.wait)
    f = executor.submit(lambda it: 1, Tracked())
    f.cancel()
    go.set()
    until(lambda: alive == 0)
    print("cancelled one released")

    # as_completed() lets go of each.
    fs = [executor.submit(make, number) for number in range(4)]
    futures.wait(fs)
    left = 4
    for f in futures.as_completed(fs):
        fs.remove(f)
        del f
        left -= 1
        until(lambda: alive == left)
        print("given, left:", left)

    # So does map().
    results = executor.map(make, range(4))
    until(lambda: alive == 4)
    left = 4
    for result in results:
        del result
        left -= 1
        until(lambda: alive == left)
        print("mapped, left:", left)
