# local_lifetime: a thread's values go with the thread, or with the object.
# needs: 3.11
# From: the documentation of local, and row F7's question put to it: who still holds what, and until when?
import threading

from show import until


class Kept:
    def __init__(self):
        with lock:
            alive.append(threading.current_thread().name)

    def __del__(self):
        with lock:
            alive.pop()


class Data(threading.local):
    def __init__(self):
        self.kept = Kept()


def use():
    used = data.kept is not None
    ready.release()
    go.wait()
    return used


lock = threading.Lock()
alive = []
data = Data()
print("main:", data.kept is not None, len(alive))
ready = threading.Semaphore(0)
go = threading.Event()
threads = [threading.Thread(target=use) for _ in range(3)]
for thread in threads:
    thread.start()
for _ in threads:
    ready.acquire()
print("three threads more:", len(alive))
go.set()
for thread in threads:
    thread.join()
until(lambda: len(alive) == 1)
print("they have ended:", len(alive))

# The object goes first: all values go with it.
go.clear()
threads = [threading.Thread(target=use) for _ in range(3)]
for thread in threads:
    thread.start()
for _ in threads:
    ready.acquire()
print("three threads again:", len(alive))
data = None
print("the object is gone:", len(alive))
go.set()
for thread in threads:
    thread.join()
print("and the threads:", len(alive))
