"""Family 3: see pool.cc for what one operation is."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat

from .rep import pin
from .tasks import integer, nothing


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


ROWS = {
    "3a submit 1e6 empty + wait all": (40_000, submit_all),
    "3b submit 1e5, get all futures": (20_000, get_all),
    "3c submit-and-wait, one at a time": (4_000, one_at_a_time),
    "3d recursive fan-out, fib(24), 150 049 tasks": (20_000, fan_out),
    "3e map over 1e6 ints, 8 chunks": (400_000, map_chunks),
    "3e map over 1e6 ints, chunksize=125000": (40_000, map_chunksize),
}
