"""Family 5, pools: see process_pool.cc for what one operation is."""

import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from itertools import repeat

from .rep import pin
from .tasks import integer, next_of, nothing, nothing_of

WORKERS = 2
INTS = 100_000
CHUNK = 1000
FORK = multiprocessing.get_context("fork")


@contextmanager
def executor_of(rep):
    """Both workers are there, as thread number 1."""
    place = (rep.cpus, rep.placement, 1)
    with ProcessPoolExecutor(WORKERS, FORK, pin, place) as executor:
        for each in [executor.submit(nothing) for _ in range(20)]:
            each.result()
        yield executor


@contextmanager
def pool_of(rep):
    with FORK.Pool(WORKERS, pin, (rep.cpus, rep.placement, 1)) as pool:
        pool.map(nothing_of, range(20), chunksize=1)
        yield pool


def executor_empty(rep):
    with executor_of(rep) as executor:
        began = time.perf_counter_ns()
        for each in [executor.submit(nothing) for _ in repeat(None, rep.ops)]:
            each.result()
        return time.perf_counter_ns() - began


def pool_empty(rep):
    with pool_of(rep) as pool:
        began = time.perf_counter_ns()
        for each in [pool.apply_async(nothing) for _ in repeat(None, rep.ops)]:
            each.get()
        return time.perf_counter_ns() - began


def pool_map_one(rep):
    with pool_of(rep) as pool:
        began = time.perf_counter_ns()
        pool.map(nothing_of, range(rep.ops), chunksize=1)
        return time.perf_counter_ns() - began


def maps(rep, run):
    """Maps of INTS ints; first one without the clock."""
    ints = list(range(INTS))
    run(ints)
    began = time.perf_counter_ns()
    for _ in range(max(rep.ops // INTS, 1)):
        found = run(ints)
    took = time.perf_counter_ns() - began
    assert found[-1] == INTS
    return took * rep.ops / (max(rep.ops // INTS, 1) * INTS)


def executor_map(rep):
    with executor_of(rep) as executor:
        return maps(rep, lambda ints: list(executor.map(next_of, ints, chunksize=CHUNK)))


def pool_map(rep):
    with pool_of(rep) as pool:
        return maps(rep, lambda ints: pool.map(next_of, ints, chunksize=CHUNK))


def one_at_a_time(rep, call):
    latencies = []
    began = last = time.perf_counter_ns()
    for i in range(rep.ops):
        assert call(i) == i
        now = time.perf_counter_ns()
        latencies.append(now - last)
        last = now
    return last - began, latencies


def executor_one_at_a_time(rep):
    with executor_of(rep) as executor:
        return one_at_a_time(rep, lambda i: executor.submit(integer, i).result())


def pool_one_at_a_time(rep):
    with pool_of(rep) as pool:
        return one_at_a_time(rep, lambda i: pool.apply_async(integer, (i,)).get())


ROWS = {
    "5b empty task, executor": (4_000, executor_empty),
    "5b empty task, apply_async": (10_000, pool_empty),
    "5b empty task, map chunk 1": (10_000, pool_map_one),
    "5b map 1e5 ints, chunks of 1000, executor": (2 * INTS, executor_map),
    "5b map 1e5 ints, chunks of 1000, Pool": (2 * INTS, pool_map),
    "5b one at a time, executor": (2_000, executor_one_at_a_time),
    "5b one at a time, apply_async": (2_000, pool_one_at_a_time),
}
