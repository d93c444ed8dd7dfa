# queue_timeouts: not before their time, and no longer than needed.
# needs: 3.11
# From: row T7.
import queue
import threading
import time

from show import outcome

q = queue.Queue(1)
begin = time.monotonic()
print("get:", outcome(lambda: q.get(True, 0.05)))
print("not before its time:", time.monotonic() - begin >= 0.05)
q.put("a")
begin = time.monotonic()
print("put:", outcome(lambda: q.put("b", True, 0.05)))
print("not before its time:", time.monotonic() - begin >= 0.05)

# There is room in time; there is an item in time.
begin = time.monotonic()
getter = threading.Timer(0.02, q.get)
getter.start()
print("put:", outcome(lambda: q.put("b", True, 100)))
getter.join()
print("get:", q.get())
putter = threading.Timer(0.02, q.put, ["c"])
putter.start()
print("get:", outcome(lambda: q.get(True, 100)))
putter.join()
print("long before their time:", time.monotonic() - begin < 50)
print("size:", q.qsize())

# Who gave up has left nothing behind.
print("get:", outcome(lambda: q.get(True, 0.001)))
print("get:", outcome(lambda: q.get(True, 0.001)))
q.put("d")
print("put:", outcome(lambda: q.put("e", True, 0.001)))
print("get:", q.get(), q.qsize())
q.put("f")
print("get:", q.get(), q.qsize())
