# mp_simple_queue: put, get, empty, close, and nothing besides.
# needs: 3.11
# From: the documentation of multiprocessing.SimpleQueue; close() came with bpo-39995's neighbourhood, in 3.9.
import multiprocessing
import os
import threading

from show import outcome, until_asleep

SimpleQueue = multiprocessing.get_context("fork").SimpleQueue

q = SimpleQueue()
print("new:", q.empty())
print("put:", outcome(lambda: q.put("a")), outcome(lambda: q.put("")), outcome(lambda: q.put("b" * 1000)))
print("not empty:", q.empty())
print("get:", q.get(), repr(q.get()), len(q.get()), q.empty())

got = []
getter = threading.Thread(target=lambda: got.append(q.get()))
getter.start()
until_asleep(getter)
q.put("woken")
getter.join()
print("got:", got)

back = SimpleQueue()
child = os.fork()
if child == 0:
    for _ in range(50):
        back.put(q.get() + "!")
    os._exit(0)
for number in range(50):
    q.put(str(number))
print("echo:", [back.get() for _ in range(50)])
os.waitpid(child, 0)

q.put("left")
print("close:", outcome(q.close), outcome(q.close))
print("put:", outcome(lambda: q.put("x")))
print("get:", outcome(q.get))
print("empty:", outcome(q.empty))
