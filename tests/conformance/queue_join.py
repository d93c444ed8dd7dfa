# queue_join: all who join go on when the last task is done, not before.
# needs: 3.11
# From: row Q3; python/asyncio#235 is the same question where the answer was wrong for two of the three kinds.
import queue
import threading

from show import until_asleep


def check(q):
    joined = []
    lock = threading.Lock()

    def join(number):
        q.join()
        with lock:
            joined.append(number)

    def count():
        with lock:
            return len(joined)

    for item in 1, 2, 3:
        q.put(item)
    joiners = [threading.Thread(target=join, args=(number,)) for number in range(3)]
    for joiner in joiners:
        joiner.start()
        until_asleep(joiner)
    q.get()
    q.get()
    q.get()
    print("all taken, joined:", count())
    q.task_done()
    q.task_done()
    q.put(4)
    q.task_done()
    for joiner in joiners:
        until_asleep(joiner)
    print("one put meanwhile, joined:", count())
    q.task_done()
    for joiner in joiners:
        joiner.join()
    print("all done, joined:", sorted(joined))
    print("taken later:", q.get())
    q.join()


print("Queue")
check(queue.Queue())
print("LifoQueue")
check(queue.LifoQueue(4))
print("PriorityQueue")
check(queue.PriorityQueue())

# Workers, and one who waits for the work of all.
q = queue.Queue(2)
done = []
lock = threading.Lock()


def work():
    while True:
        item = q.get()
        if item < 0:
            break
        with lock:
            done.append(item * item)
        q.task_done()
    q.task_done()


workers = [threading.Thread(target=work) for _ in range(3)]
for worker in workers:
    worker.start()
for round in range(3):
    for item in range(20):
        q.put(item)
    q.join()
    with lock:
        print("round", round, len(done), sum(done))
for _ in workers:
    q.put(-1)
q.join()
for worker in workers:
    worker.join()
print("end:", len(done), q.qsize())
