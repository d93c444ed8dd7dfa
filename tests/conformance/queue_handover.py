# queue_handover: who has waited longest in get() or put() comes first.
# needs: 3.11
# From: python/cpython#92530, as condition_notify_order; here through the queue's own conditions.
import queue
import threading

from show import until_asleep

lock = threading.Lock()
log = []
through = threading.Semaphore(0)


def check(q):
    def get(name):
        item = q.get()
        with lock:
            log.append((name, item))
        through.release()

    def put(name):
        q.put(name)
        with lock:
            log.append((name, "put"))
        through.release()

    def start(target, names):
        log.clear()
        threads = []
        for name in names:
            thread = threading.Thread(target=target, args=(name,))
            thread.start()
            until_asleep(thread)
            threads.append(thread)
        return threads

    threads = start(get, ["first", "second", "third"])
    for item in "a", "b", "c":
        q.put(item)
        through.acquire()
    for thread in threads:
        thread.join()
    print("getters:", log)

    q.put("there")
    threads = start(put, ["first", "second", "third"])
    for _ in range(3):
        item = q.get()
        through.acquire()
        with lock:
            log.append(("taken", item))
    for thread in threads:
        thread.join()
    print("putters:", log)
    print("left:", q.get(), q.qsize())


print("Queue(1)")
check(queue.Queue(1))
print("LifoQueue(1)")
check(queue.LifoQueue(1))
print("PriorityQueue(1)")
check(queue.PriorityQueue(1))
