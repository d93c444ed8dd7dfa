# local_lifetime: a thread's values go with the thread, or with the object.
# needs: 3.11
# From: python/cpython#67753: the end of a local walked through the list of threads while that changed.
import threading

from show import until


class Kept:
    def __init__(self):
        global alive
        with lock:
            alive += 1

    def __del__(self):
        global alive
        with lock:
            alive -= 1


class Data(threading.local):
    def __init__(self):
        self.kept = Kept()


def count():
    with lock:
        return alive


lock = threading.Lock()
alive = 0
data = Data()
print("main:", data.kept is not None, count())
ready = threading.Semaphore(0)
go = threading.Event()


def use():
    used = data.kept is not None
    ready.release()
    go.wait()
    return used


threads = [threading.Thread(target=use) for _ in range(3)]
for thread in threads:
    thread.start()
for _ in threads:
    ready.acquire()
print("three threads more:", count())
go.set()
for thread in threads:
    thread.join()
until(lambda: count() == 1)
print("they have ended:", count())

# The object goes first: all values go with it.
go.clear()
threads = [threading.Thread(target=use) for _ in range(3)]
for thread in threads:
    thread.start()
for _ in threads:
    ready.acquire()
print("three threads again:", count())
data = None
print("the object is gone:", count())
go.set()
for thread in threads:
    thread.join()
print("and the threads:", count())
