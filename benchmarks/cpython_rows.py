"""The CPython side of the benchmark's rows, in the interpreter that runs this.

Prints one JSON object: {"ns_per_op", "min", "max"} for --workload and
--placement, or nothing where CPython has no such row. Fewer operations than
in C++, the same shapes: see threading.cc, queue.cc, pool.cc, loop.cc and process.cc for what
one is. --uvloop: on uvloop's event loop, which only family 4 has.
"""

import argparse
import asyncio
import concurrent.futures
import json
import multiprocessing
import os
import queue
import statistics
import threading
import time
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
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


def nothing():
    pass


def pool_of(rep, body):
    """Nanoseconds of body(executor); both workers are there, as thread number 1."""
    with ThreadPoolExecutor(2) as executor:
        barrier = threading.Barrier(2)

        def place():
            barrier.wait()
            pin(rep.cpus, rep.placement, 1)

        for each in [executor.submit(place) for _ in range(2)]:
            each.result()
        began = time.perf_counter_ns()
        body(executor)
        return time.perf_counter_ns() - began


def submit_all(rep):
    def body(executor):
        for _ in repeat(None, rep.ops):
            executor.submit(nothing)
        executor.shutdown()

    return pool_of(rep, body)


def get_all(rep):
    def body(executor):
        for each in [executor.submit(integer, i) for i in range(rep.ops)]:
            each.result()

    return pool_of(rep, body)


def one_at_a_time(rep):
    def body(executor):
        for i in range(rep.ops):
            executor.submit(integer, i).result()

    return pool_of(rep, body)


def fan_out(rep):
    """fib(n) with about as many tasks as asked for; scaled to exactly that."""
    n, tasks, after = 1, 1, 3
    while after <= rep.ops:
        n, tasks, after = n + 1, after, tasks + after + 1
    done = []
    ended = threading.Event()

    def body(executor):
        def call(n):
            if n >= 2:
                executor.submit(call, n - 1)
                executor.submit(call, n - 2)
            done.append(n)
            if len(done) == tasks:
                ended.set()

        executor.submit(call, n)
        ended.wait()

    return pool_of(rep, body) * rep.ops / tasks


def mix(x):
    x = ((x ^ (x >> 16)) * 0x85EBCA6B) & 0xFFFFFFFF
    x = ((x ^ (x >> 13)) * 0xC2B2AE35) & 0xFFFFFFFF
    return x ^ (x >> 16)


def map_chunks(rep):
    ints = range(rep.ops)
    size = rep.ops // 8

    def chunk(i):
        return [mix(x) for x in ints[i * size : (i + 1) * size]]

    return pool_of(rep, lambda executor: list(executor.map(chunk, range(8))))


def map_chunksize(rep):
    """Threads make no use of chunksize in CPython: a task for each int."""
    return pool_of(
        rep, lambda executor: list(executor.map(mix, range(rep.ops), chunksize=rep.ops // 8))
    )


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
    "3a submit 1e6 empty + wait all": (40_000, submit_all),
    "3b submit 1e5, get all futures": (20_000, get_all),
    "3c submit-and-wait, one at a time": (4_000, one_at_a_time),
    "3d recursive fan-out, fib(24), 150 049 tasks": (20_000, fan_out),
    "3e map over 1e6 ints, 8 chunks": (400_000, map_chunks),
    "3e map over 1e6 ints, chunksize=125000": (40_000, map_chunksize),
}


# Makes the loops of family 4; none: asyncio's own.
loop_factory = None


def run_loop(coroutine):
    if loop_factory is None:
        return asyncio.run(coroutine)
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        return runner.run(coroutine)


async def _one():
    return 1


def loop_yield(tasks):
    async def main(ops):
        ended = []

        async def yields(index, times):
            for _ in range(times):
                await asyncio.sleep(0)
            ended.append(index)

        all_tasks = [asyncio.create_task(yields(i, ops // tasks)) for i in range(tasks)]
        began = time.perf_counter_ns()
        for task in all_tasks:
            await task
        took = time.perf_counter_ns() - began
        assert ended == list(range(tasks))
        return took

    return lambda rep: run_loop(main(rep.ops))


def loop_create(rep):
    async def main():
        total = 0
        began = time.perf_counter_ns()
        for _ in range(rep.ops):
            total += await asyncio.create_task(_one())
        took = time.perf_counter_ns() - began
        assert total == rep.ops
        return took

    return run_loop(main())


def loop_await(rep):
    async def main():
        total = 0
        began = time.perf_counter_ns()
        for _ in range(rep.ops):
            total += await _one()
        took = time.perf_counter_ns() - began
        assert total == rep.ops
        return took

    return run_loop(main())


def loop_timers(rep):
    async def main():
        loop = asyncio.get_running_loop()
        done = loop.create_future()
        left = rep.ops
        total = 0
        began = time.thread_time_ns()

        def fire(i):
            nonlocal left, total
            total += i
            left -= 1
            if left == 0:
                done.set_result(None)

        for i in range(rep.ops):
            loop.call_later(0.1 * (i * 7919 % rep.ops) / rep.ops, fire, i)
        await done
        used = time.thread_time_ns() - began
        assert total == rep.ops * (rep.ops - 1) // 2
        return used

    return run_loop(main())


def loop_to_thread(rep):
    async def main():
        loop = asyncio.get_running_loop()
        with concurrent.futures.ThreadPoolExecutor(1) as executor:
            await loop.run_in_executor(executor, pin, rep.cpus, rep.placement, 1)
            total = 0
            began = time.perf_counter_ns()
            for _ in range(rep.ops):
                total += await loop.run_in_executor(executor, integer, 1)
            took = time.perf_counter_ns() - began
        assert total == rep.ops
        return took

    return run_loop(main())


def loop_bytes(rep):
    """Bytes, not nanoseconds: those that the interpreter asked for."""

    async def main():
        go = asyncio.get_running_loop().create_future()

        async def suspended():
            return await go

        all_tasks = [None] * rep.ops
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        for i in range(rep.ops):
            all_tasks[i] = asyncio.create_task(suspended())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        after = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        go.set_result(1)
        assert sum([await task for task in all_tasks]) == rep.ops
        return after - before

    return run_loop(main())


ROWS |= {
    "4a yield, 1 task": (50_000, loop_yield(1)),
    "4a yield, 100 tasks": (100_000, loop_yield(100)),
    "4a yield, 10 000 tasks": (100_000, loop_yield(10_000)),
    "4b create task + await it": (50_000, loop_create),
    "4c await a plain child": (500_000, loop_await),
    "4d 1e5 timers, CPU per timer": (100_000, loop_timers),
    "4e to_thread round trip": (4_000, loop_to_thread),
    "4f bytes per suspended task": (20_000, loop_bytes),
}
# ---- family 5 ----

FORK = multiprocessing.get_context("fork")


def echo(rep, make, payload):
    """There and back between this process and a forked one; make() gives both sides' (put, get)."""
    here, there = make()
    ready = FORK.Semaphore(0)

    def serve():
        pin(rep.cpus, rep.placement, 1)
        put, get = there
        ready.release()
        for _ in repeat(None, rep.ops):
            put(get())

    child = FORK.Process(target=serve)
    child.start()
    ready.acquire()
    put, get = here
    began = time.perf_counter_ns()
    for _ in repeat(None, rep.ops):
        put(payload)
        get()
    took = time.perf_counter_ns() - began
    child.join()
    return took


def pipe_ends():
    a, b = FORK.Pipe()
    return (a.send_bytes, a.recv_bytes), (b.send_bytes, b.recv_bytes)


def queue_ends(kind):
    def make():
        there, back = kind(), kind()
        return (there.put, back.get), (back.put, there.get)

    return make


def round_trip(make, payload):
    return lambda rep: echo(rep, make, payload)


ROWS |= {
    "5a round trip, 8 bytes": (4_000, round_trip(pipe_ends, b"8 bytes.")),
    "5a round trip, 8 bytes, SimpleQueue": (4_000, round_trip(queue_ends(FORK.SimpleQueue), 8)),
    "5a round trip, 8 bytes, Queue": (2_000, round_trip(queue_ends(FORK.Queue), 8)),
}
for _size, _text, _ops in ((1 << 10, "1 KiB", 4_000), (1 << 20, "1 MiB", 100), (1 << 26, "64 MiB", 4)):
    ROWS |= {
        f"5c {_text} there and back": (_ops, round_trip(pipe_ends, b"x" * _size)),
        f"5c {_text} there and back, Queue": (
            _ops,
            round_trip(queue_ends(FORK.Queue), b"x" * _size),
        ),
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
    parser.add_argument("--uvloop", action="store_true")
    args = parser.parse_args()
    if args.workload not in ROWS:
        return
    if args.uvloop:
        global loop_factory
        from uvloop import new_event_loop as loop_factory
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
