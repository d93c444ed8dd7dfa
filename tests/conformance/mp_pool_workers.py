# mp_pool_workers: who the workers are, what they may not do, and how long they live.
# needs: 3.11
# From: row P36, the documentation of maxtasksperchild, and CPython's _TestPoolWorkerLifetime.
import multiprocessing
import os

from show import outcome


def who(x):
    process = multiprocessing.current_process()
    return process.name.rstrip("0123456789"), process.daemon


def worker(x):
    return os.getpid()


def parent(x):
    return multiprocessing.parent_process().pid


def nested(method):
    return multiprocessing.get_context(method).Pool(1).apply(abs, (1,))


def child(method):
    process = multiprocessing.get_context(method).Process(target=print)
    process.start()
    return "started"


def lives(pids):
    """How many calls in a row each worker has made."""
    counts = []
    for before, pid in zip([None] + pids, pids):
        if pid == before:
            counts[-1] += 1
        else:
            counts.append(1)
    return counts


def by_default(context, count):
    # A pool for each: by how many workers CPython divides is how many there are at the moment.
    with context.Pool(2, maxtasksperchild=1) as pool:
        return len(set(pool.map(worker, range(count))))


def main():
    for method in ("fork", "spawn", "forkserver"):
        with multiprocessing.get_context(method).Pool(1) as pool:
            print(f"{method}:", pool.map(who, range(2)), pool.apply(parent, (0,)) == os.getpid())
    context = multiprocessing.get_context("fork")
    with context.Pool(2) as pool:
        print("a pool in a worker:", outcome(lambda: pool.apply(nested, ("fork",))))
        print("a process in a worker:", outcome(lambda: pool.apply(child, ("fork",))))
        print("still there:", pool.map(abs, range(3)))
    with context.Pool(1) as pool:
        print("for ever:", lives(pool.map(worker, range(10), 1)))
    for lifetime in (1, 2, 3):
        with context.Pool(1, maxtasksperchild=lifetime) as pool:
            print(f"{lifetime} calls:", lives(pool.map(worker, range(9), 1)))
            print("chunks:", lives(pool.map(worker, range(12), 2)))
    print("calls by default:", [by_default(context, count) for count in (1, 8, 9, 20)])
    with context.Pool(3, maxtasksperchild=2) as pool:
        pids = pool.map(worker, range(20), 1)
        print("several:", len(set(pids)) >= 10, max(pids.count(pid) for pid in pids))


if __name__ == "__main__":
    main()
