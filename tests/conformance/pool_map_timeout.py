# pool_map_timeout: a result that is not there in time is a TimeoutError, and cancels what has not begun.
# needs: 3.11
# From: row F14. The time counts from the call of map().
import concurrent.futures as futures
import threading

from show import outcome


def check(timeout):
    go = threading.Event()
    begun = threading.Event()
    ran = []
    taken = []

    def work(number):
        ran.append(number)
        if number == 2:
            begun.set()
            go.wait()
        return number

    def take():
        for result in results:
            taken.append(result)

    with futures.ThreadPoolExecutor(1) as executor:
        results = executor.map(work, range(6), timeout=timeout)
        begun.wait()
        print(timeout, outcome(take), taken)
        print("again:", outcome(take), taken)
        go.set()
        print("next:", executor.submit(work, 11).result())
    print("ran:", ran)


check(0)
check(-1)
check(0.02)

with futures.ThreadPoolExecutor(2) as executor:
    print("in time:", list(executor.map(abs, [-1, 2, -3], timeout=1000)))
    print("no limit:", list(executor.map(abs, [-1, 2, -3], timeout=None)))
