# mp_barrier_processes: a Barrier that is given to processes of each start method.
# needs: 3.11
# From: the documentation of multiprocessing.Barrier.
import multiprocessing
from threading import BrokenBarrierError


def meet(barrier, places):
    for _ in range(3):
        places.put(barrier.wait())
    try:
        barrier.wait()
    except BrokenBarrierError:
        places.put(-1)


if __name__ == "__main__":
    for method in ("fork", "spawn", "forkserver"):
        context = multiprocessing.get_context(method)
        barrier = context.Barrier(3)
        places = context.Queue()
        children = [context.Process(target=meet, args=(barrier, places)) for _ in range(2)]
        for child in children:
            child.start()
        for _ in range(3):
            mine = barrier.wait()
            print(method, "places:", sorted([mine, places.get(), places.get()]))
        barrier.abort()
        print("aborted:", places.get(), places.get(), barrier.broken, barrier.parties)
        for child in children:
            child.join()
        print("exit codes:", [child.exitcode for child in children])
