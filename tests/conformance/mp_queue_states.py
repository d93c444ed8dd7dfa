# mp_queue_states: a queue between processes: what it holds, what it refuses, and what close() means.
# needs: 3.11
# From: rows Q1, T7 and Q11, and _TestQueue of CPython's tests. A negative timeout only looks, unlike queue.Queue's.
import multiprocessing
import os
import re
import threading
import time

from show import outcome, until, until_asleep

Queue = multiprocessing.get_context("fork").Queue


def bare(text):
    return re.sub(r" at 0x[0-9a-f]+", "", str(text))


def filled(q, size):
    """Waits for the feeder thread, which skein has not."""
    until(lambda: q.qsize() == size and not q.empty())
    time.sleep(0.05)


q = Queue(3)
print("new:", q.qsize(), q.empty(), q.full())
for name, call in (
    ("get_nowait", q.get_nowait),
    ("get(False)", lambda: q.get(False)),
    ("get(False, -5)", lambda: q.get(False, -5)),
    ("get(True, -1)", lambda: q.get(True, -1)),
    ("get(True, 0)", lambda: q.get(True, 0)),
    ("get(timeout=0.01)", lambda: q.get(timeout=0.01)),
):
    print(name + ":", outcome(call))
print("put:", outcome(lambda: q.put("a")), outcome(lambda: q.put("b", True)), outcome(lambda: q.put_nowait("c")))
filled(q, 3)
print("full:", q.qsize(), q.empty(), q.full())
for name, call in (
    ("put_nowait", lambda: q.put_nowait("d")),
    ("put(False)", lambda: q.put("d", False)),
    ("put(False, -5)", lambda: q.put("d", False, -5)),
    ("put(True, -1)", lambda: q.put("d", True, -1)),
    ("put(True, 0)", lambda: q.put("d", True, 0)),
    ("put(timeout=0.01)", lambda: q.put("d", timeout=0.01)),
):
    print(name + ":", outcome(call))
print("get:", q.get(), q.get(True, -1), q.get(True, 10), q.qsize(), q.empty())

# Who waits is woken.
got = []
getter = threading.Thread(target=lambda: got.append(q.get()))
getter.start()
until_asleep(getter)
q.put("woken")
getter.join()
print("got:", got)
for item in "xyz":
    q.put(item)
putter = threading.Thread(target=lambda: q.put("at last"))
putter.start()
until_asleep(putter)
print("before:", q.get(), q.get(), q.get())
putter.join()
print("after:", q.get())

print("unbounded:", Queue(0).full(), Queue(-1).full(), outcome(lambda: Queue(-1).get_nowait()))

# close() is for this process.
q.put("left")
filled(q, 1)
print("join_thread too early:", bare(outcome(q.join_thread)))
print("cancel_join_thread:", outcome(q.cancel_join_thread))
print("close:", outcome(q.close), outcome(q.close))
print("put:", bare(outcome(lambda: q.put("x"))))
print("put_nowait:", bare(outcome(lambda: q.put_nowait("x"))))
print("get:", bare(outcome(q.get)))
print("get_nowait:", bare(outcome(q.get_nowait)))
print("join_thread:", outcome(q.join_thread), q.qsize())

# Between processes.
there, back = Queue(), Queue()
child = os.fork()
if child == 0:
    while True:
        number = there.get()
        if number < 0:
            break
        back.put(number * number)
    back.close()
    back.join_thread()
    os._exit(0)
for number in range(100):
    there.put(number)
there.put(-1)
print("squares:", sum(back.get() for _ in range(100)))
os.waitpid(child, 0)
print("empty:", there.empty(), back.empty())
