"""Families 1 and 2: see threading.cc and queue.cc for what one operation is."""

import queue
import threading
import time
from itertools import repeat

from .tasks import integer

CAPACITY = 1024


def acquire_release(lock, ops):
    acquire, release = lock.acquire, lock.release
    for _ in repeat(None, ops):
        acquire()
        release()


def alone(make, hold=False):
    def run(rep):
        lock = make()
        if hold:
            lock.acquire()
        began = time.perf_counter_ns()
        acquire_release(lock, rep.ops)
        return time.perf_counter_ns() - began

    return run


def contended(make):
    def run(rep):
        lock = make()
        share = rep.ops // 2
        return rep.run_threads([lambda: acquire_release(lock, share)] * 2)

    return run


def event_ping_pong(rep):
    ping, pong = threading.Event(), threading.Event()

    def first():
        for _ in repeat(None, rep.ops):
            ping.set()
            pong.wait()
            pong.clear()

    def second():
        for _ in repeat(None, rep.ops):
            ping.wait()
            ping.clear()
            pong.set()

    return rep.run_threads([first, second])


def queue_alone(make):
    def run(rep):
        q = make()
        put, get = q.put, q.get
        began = time.perf_counter_ns()
        for i in range(rep.ops):
            put(i)
            get()
        return time.perf_counter_ns() - began

    return run


def stream(make, item, pairs):
    def run(rep):
        q = make()
        share = rep.ops // pairs

        def produce():
            put = q.put
            for i in range(share):
                put(item(i))

        def consume():
            get = q.get
            for _ in repeat(None, share):
                get()

        return rep.run_threads([produce] * pairs + [consume] * pairs)

    return run


def queue_ping_pong(rep):
    there, back = queue.Queue(CAPACITY), queue.Queue(CAPACITY)

    def first():
        for i in range(rep.ops):
            there.put(i)
            back.get()

    def second():
        for _ in repeat(None, rep.ops):
            back.put(there.get())

    return rep.run_threads([first, second])


def string(i):
    return chr(97 + i % 26) * 32


# name: (operations in a repetition, run)
ROWS = {
    "lock uncontended": (1_000_000, alone(threading.Lock)),
    "lock contended, 2 threads": (200_000, contended(threading.Lock)),
    "rlock uncontended": (1_000_000, alone(threading.RLock)),
    "rlock nested": (1_000_000, alone(threading.RLock, hold=True)),
    "rlock contended": (200_000, contended(threading.RLock)),
    "semaphore uncontended": (200_000, alone(lambda: threading.Semaphore(4))),
    "event ping-pong": (4_000, event_ping_pong),
    "int, one thread, put+get": (100_000, queue_alone(lambda: queue.Queue(CAPACITY))),
    "int, one thread, put+get, SimpleQueue": (500_000, queue_alone(queue.SimpleQueue)),
    "int unbounded 1P1C, SimpleQueue": (200_000, stream(queue.SimpleQueue, integer, 1)),
    "int unbounded 2P2C, SimpleQueue": (200_000, stream(queue.SimpleQueue, integer, 2)),
    "int ping-pong round trip": (4_000, queue_ping_pong),
}
for _pairs in (1, 2, 4):
    _name = f"{_pairs}P{_pairs}C"
    for _type, _item in (("int", integer), ("str", string)):
        ROWS[f"{_type} bounded {_name}"] = (
            40_000,
            stream(lambda: queue.Queue(CAPACITY), _item, _pairs),
        )
        ROWS[f"{_type} unbounded {_name}"] = (40_000, stream(queue.Queue, _item, _pairs))
