# mp_lock_holder_ends: a Process that ends while it holds a Lock or an RLock leaves it held, if it ends normally.
# needs: 3.11
# From: row P39.
import multiprocessing
import os
import sys

from show import outcome


def end_holding(lock, way):
    os.dup2(os.open("/dev/null", os.O_WRONLY), 2)
    lock.acquire()
    if way == "raises":
        raise ValueError("on purpose")
    if way == "sys.exit":
        sys.exit(3)


if __name__ == "__main__":
    for method in ("fork", "spawn", "forkserver"):
        context = multiprocessing.get_context(method)
        for way in ("returns", "raises", "sys.exit"):
            lock = context.Lock()
            process = context.Process(target=end_holding, args=(lock, way))
            process.start()
            process.join()
            print(method, way, process.exitcode, "Lock:", lock.acquire(False), lock.acquire(True, 0.1))
            print("released by another:", outcome(lock.release), lock.acquire(False))

            rlock = context.RLock()
            process = context.Process(target=end_holding, args=(rlock, way))
            process.start()
            process.join()
            print(method, way, process.exitcode, "RLock:", rlock.acquire(False), rlock.acquire(True, 0.1))
            print("released by another:", outcome(rlock.release), rlock.acquire(False))
