"""The CPython side of the benchmark's rows, in the interpreter that runs this.

Prints one JSON object: {"ns_per_op", "min", "max"} for --workload and
--placement, or nothing where CPython has no such row. Fewer operations than
in C++, the same shapes: see threading.cc and queue.cc for what one is.
"""

import argparse
import json
import os
import queue
import statistics
import threading
import time
from itertools import repeat

CAPACITY = 1024


def pin(cpus, placement, index):
    """Pins the calling thread as thread number `index` of a repetition."""
    if placement == "one core":
        os.sched_setaffinity(0, {cpus[0]})
    elif placement == "two cores":
        os.sched_setaffinity(0, {cpus[index % 2]})


class Rep:
    def __init__(self, cpus, placement, ops):
        self.cpus, self.placement, self.ops = cpus, placement, ops

    def run_threads(self, bodies):
        """Nanoseconds from the common start to the end of the last body."""
        barrier = threading.Barrier(len(bodies) + 1)
        ended = []

        def run(index, body):
            pin(self.cpus, self.placement, index)
            barrier.wait()
            body()
            ended.append(time.perf_counter_ns())

        threads = [threading.Thread(target=run, args=each) for each in enumerate(bodies)]
        for t in threads:
            t.start()
        began = time.perf_counter_ns()
        barrier.wait()
        for t in threads:
            t.join()
        return max(ended) - began


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


def integer(i):
    return i


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


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workload", required=True)
    parser.add_argument("--placement", required=True)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--reps", type=int, default=5)
    args = parser.parse_args()
    if args.workload not in ROWS:
        return
    ops, run = ROWS[args.workload]
    if args.quick:
        ops //= 4
    cpus = sorted(os.sched_getaffinity(0))
    cpus = (cpus * 2)[:2]
    values = []
    for _ in range(args.reps):
        # Each repetition in a thread of its own, so that pinning does not stay.
        def one():
            pin(cpus, args.placement, 0)
            values.append(run(Rep(cpus, args.placement, ops)) / ops)

        t = threading.Thread(target=one)
        t.start()
        t.join()
    print(
        json.dumps(
            {
                "ns_per_op": statistics.median(values),
                "min": min(values),
                "max": max(values),
            }
        )
    )


if __name__ == "__main__":
    main()
