# queue_simple: SimpleQueue: no bound, no tasks, and put() looks at nothing but the item.
# needs: 3.11
# From: rows Q1 and T7.
import queue
import threading
import time

from show import outcome, until_asleep

q = queue.SimpleQueue()
print("new:", q.qsize(), q.empty())
print("get_nowait:", outcome(q.get_nowait))
print("get(False):", outcome(lambda: q.get(False)))
print("get(block=False):", outcome(lambda: q.get(block=False)))
print("get(True, 0):", outcome(lambda: q.get(True, 0)))
print("get(True, 0.01):", outcome(lambda: q.get(True, 0.01)))
print("get(timeout=0.01):", outcome(lambda: q.get(timeout=0.01)))
print("get(True, -1):", outcome(lambda: q.get(True, -1)))
print("get(False, -1):", outcome(lambda: q.get(False, -1)))
print("put:", outcome(lambda: q.put(1)))
print("put_nowait:", outcome(lambda: q.put_nowait(2)))
print("put(False):", outcome(lambda: q.put(3, False)))
print("put(True, -1):", outcome(lambda: q.put(4, True, -1)))
print("put(block=False, timeout=-5):", outcome(lambda: q.put(5, block=False, timeout=-5)))
print("size:", q.qsize(), q.empty())
print("get(True, -1):", outcome(lambda: q.get(True, -1)))
print("get(False, -1):", outcome(lambda: q.get(False, -1)))
print("get:", outcome(q.get))
print("get(True, 0):", outcome(lambda: q.get(True, 0)))
print("get(True, 1000000):", outcome(lambda: q.get(True, 1000000)))
print("get_nowait:", outcome(q.get_nowait))
print("size:", q.qsize(), q.empty())

begin = time.monotonic()
print("get(True, 0.05):", outcome(lambda: q.get(True, 0.05)))
print("not before its time:", time.monotonic() - begin >= 0.05)

# Four wait; each item frees one.
got = []
lock = threading.Lock()


def get():
    item = q.get()
    with lock:
        got.append(item)


threads = [threading.Thread(target=get) for _ in range(4)]
for thread in threads:
    thread.start()
    until_asleep(thread)
for item in range(4):
    q.put(item)
for thread in threads:
    thread.join()
print("got:", sorted(got))

state = 4711
digest = 0
number = 0
for _ in range(20000):
    state = (state * 1103515245 + 12345) % 2147483648
    if q.empty() or (state >> 16) % 5 < 3:
        q.put(number)
        number += 1
    else:
        digest = (digest * 31 + q.get()) % 1000000007
print("walk:", number, q.qsize(), digest)
