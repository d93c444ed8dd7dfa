"""Family 5, starts: see process_start.cc for what one operation is."""

import mmap
import multiprocessing
import time
from contextlib import contextmanager
from itertools import repeat

from .tasks import nothing

PAGE = mmap.PAGESIZE


@contextmanager
def grown_by(size):
    """The process has touched so many bytes more, in small pages."""
    if size == 0:
        yield
        return
    with mmap.mmap(-1, size, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as ballast:
        ballast.madvise(mmap.MADV_NOHUGEPAGE)
        for at in range(0, size, PAGE):
            ballast[at] = 1
        yield


def start_and_join(method, parent=0):
    context = multiprocessing.get_context(method)

    def run(rep):
        with grown_by(parent):
            # Starts the server of forkserver.
            child = context.Process(target=nothing)
            child.start()
            child.join()
            began = time.perf_counter_ns()
            for _ in repeat(None, rep.ops):
                child = context.Process(target=nothing)
                child.start()
                child.join()
            took = time.perf_counter_ns() - began
        assert child.exitcode == 0
        return took

    return run


LARGE = 256 << 20

ROWS = {
    "5d fork, start + join": (100, start_and_join("fork")),
    "5d fork, start + join, 256 MiB parent": (20, start_and_join("fork", LARGE)),
    "5d forkserver, start + join": (20, start_and_join("forkserver")),
    "5d forkserver, start + join, 256 MiB parent": (20, start_and_join("forkserver", LARGE)),
    "5d spawn, start + join": (8, start_and_join("spawn")),
}
