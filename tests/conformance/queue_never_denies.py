# queue_never_denies: an item whose put() has returned is there for everybody.
# needs: 3.11
# From: row Q10 (a ring of tickets alone gets it wrong).
import queue
import threading

THREADS = 4
ROUNDS = 3000


def check(name, q):
    denied = []
    lock = threading.Lock()
    together = threading.Barrier(THREADS)

    # Each puts before it takes, so that there is always one for it.
    def work():
        wrong = 0
        together.wait()
        for number in range(ROUNDS):
            q.put(number)
            try:
                q.get_nowait()
            except queue.Empty:
                wrong += 1
        with lock:
            denied.append(wrong)

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(name, denied, q.qsize(), q.empty())


check("Queue", queue.Queue())
check("Queue(4)", queue.Queue(4))
check("LifoQueue", queue.LifoQueue())
check("PriorityQueue", queue.PriorityQueue())
check("SimpleQueue", queue.SimpleQueue())

# A thread that was told of the put() finds the item.
q = queue.Queue(1)
told = threading.Semaphore(0)
taken = threading.Semaphore(0)
seen = []


def watch():
    for _ in range(500):
        told.acquire()
        seen.append((q.qsize(), q.empty(), q.full(), q.get_nowait()))
        taken.release()


watcher = threading.Thread(target=watch)
watcher.start()
for number in range(500):
    q.put(number)
    told.release()
    taken.acquire()
watcher.join()
print("told:", seen == [(1, False, True, number) for number in range(500)])
