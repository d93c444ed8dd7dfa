"""Family 5, channels: see process.cc for what one operation is."""

import multiprocessing
import time
from itertools import repeat

from .rep import pin

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


def round_trip(make, size):
    return lambda rep: echo(rep, make, b"x" * size)


ROWS = {
    "5a round trip, 8 bytes": (4_000, round_trip(pipe_ends, 8)),
    "5a round trip, 8 bytes, SimpleQueue": (
        4_000,
        lambda rep: echo(rep, queue_ends(FORK.SimpleQueue), 8),
    ),
    "5a round trip, 8 bytes, Queue": (2_000, lambda rep: echo(rep, queue_ends(FORK.Queue), 8)),
}
for _size, _text, _ops in ((1 << 10, "1 KiB", 4_000), (1 << 20, "1 MiB", 100), (1 << 26, "64 MiB", 4)):
    ROWS |= {
        f"5c {_text} there and back": (_ops, round_trip(pipe_ends, _size)),
        f"5c {_text} there and back, Queue": (_ops, round_trip(queue_ends(FORK.Queue), _size)),
    }
