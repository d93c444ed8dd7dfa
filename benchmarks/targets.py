"""What each row of the benchmarks is to reach."""

EVERYWHERE = ("one core", "two cores", "free")


class AtMost:
    """skein may take at most `factor` times the contender `of`."""

    def __init__(self, factor, of="floor"):
        self.goal, self.of = factor, of

    def __str__(self):
        return f"<={self.goal:g}x {self.of}"

    def check(self, row):
        if self.of not in row.ns or "skein" not in row.ns:
            return None, None
        ratio = row.ns["skein"] / row.ns[self.of]
        return ratio <= self.goal, ratio


class Faster:
    """skein is at least `factor` times as fast as the best of `of` (none: any peer)."""

    def __init__(self, factor, *of, label=None):
        self.goal, self.of, self.label = factor, of, label

    def __str__(self):
        return f">={self.goal:g}x {self.label or ' '.join(self.of) or 'best peer'}"

    def check(self, row):
        names = [n for n in (self.of or row.peers()) if n in row.ns]
        if not names or "skein" not in row.ns:
            return None, None
        ratio = min(row.ns[n] for n in names) / row.ns["skein"]
        return ratio >= self.goal, ratio


class Below:
    """skein stays below a fixed number of nanoseconds."""

    def __init__(self, ns, label):
        self.ns, self.label, self.goal = ns, label, 1

    def __str__(self):
        return self.label

    def check(self, row):
        if "skein" not in row.ns:
            return None, None
        ratio = row.ns["skein"] / self.ns
        return ratio <= 1, ratio


FIFO_PEERS = ("mutex+2cv", "mutex+2cv counted", "TBB bounded")
STD_SEMAPHORES = ("std::counting_semaphore", "std::binary_semaphore")


def targets():
    """{(workload, placement): [checks]}: the goals of all families."""
    table = {}

    def put(workload, *checks, at=EVERYWHERE):
        for placement in at:
            table.setdefault((workload, placement), []).extend(checks)

    # Family 1. "floor" is the futex floor but for hand-overs on two cores.
    put("lock uncontended", AtMost(1.05), Faster(1.4, "std::mutex"), Faster(10, "cpython"))
    put("lock contended, 2 threads", Faster(1.0, "std::mutex"))
    put(
        "rlock nested",
        AtMost(1.3),
        Faster(4, "std::recursive_mutex"),
        Faster(40, "cpython"),
    )
    put("rlock contended", Faster(1.0, "std::recursive_mutex"))
    put(
        "semaphore uncontended",
        AtMost(1.1),
        Faster(1.0, *STD_SEMAPHORES, label="std semaphores"),
        Faster(60, "cpython"),
    )
    put(
        "event ping-pong",
        AtMost(1.3),
        Faster(100, "std::condition_variable"),
        at=["two cores"],
    )
    put("event ping-pong", AtMost(1.05), at=["one core"])
    put("event ping-pong", Faster(60, "cpython"), at=["free"])

    # Family 2.
    put(
        "int bounded 1P1C",
        AtMost(1.3, "floor (rigtorp ring)"),
        Faster(2.5),
        Faster(30, "cpython"),
    )
    for pairs in ("2P2C", "4P4C"):
        put(f"int bounded {pairs}", AtMost(2.7), Faster(2.5), Faster(14, "cpython"))
    for pairs in ("1P1C", "2P2C", "4P4C"):
        put(f"str bounded {pairs}", AtMost(1.45), Faster(1.5))
        put(
            f"int unbounded {pairs}",
            Faster(1.0, *FIFO_PEERS, label="best FIFO peer"),
            Faster(0.8, "moodycamel MPMC"),
        )
    put(
        "int, one thread, put+get",
        AtMost(1.0, "floor (rigtorp ring)"),
        Faster(50, "cpython"),
    )
    put(
        "int ping-pong round trip",
        AtMost(1.3),
        Faster(30, "TBB bounded"),
        Faster(60, "cpython"),
        at=["two cores", "free"],
    )

    # Family 5. "floor" spins; where both share a core, the futex floor counts.
    put(
        "5a round trip, 8 bytes",
        AtMost(1.3),
        Faster(100, "pipe"),
        at=["two cores"],
    )
    put("5a round trip, 8 bytes", AtMost(1.1, "floor (futex)"), at=["one core"])
    put("5a round trip, 8 bytes", Faster(30, "cpython"), at=["free"])
    put(
        "5c 1 KiB there and back",
        AtMost(1.2, "floor (shm copy)"),
        Faster(35, "cpython"),
        at=["two cores"],
    )
    put(
        "5c 1 MiB there and back",
        AtMost(1.0, "floor (shm copy)"),
        Faster(7, "cpython"),
        at=["two cores"],
    )
    put("5c 64 MiB there and back", AtMost(1.0, "floor (shm copy)"), at=["two cores"])

    # Each kind of pool is compared with CPython's of that kind. On one core the floor
    # fills its rings without being disturbed, and is nothing to aim at.
    put("5b empty task, executor", Faster(80, "cpython"))
    for call in ("apply_async", "map chunk 1"):
        put(f"5b empty task, {call}", Faster(15, "cpython"))
    for call in ("executor", "apply_async", "map chunk 1"):
        put(f"5b empty task, {call}", AtMost(3), at=["two cores"])
    for pool in ("executor", "Pool"):
        put(f"5b map 1e5 ints, chunks of 1000, {pool}", AtMost(1.5), Faster(150, "cpython"))

    # The floors of 5d: fork and waitpid; for forkserver from a small parent, whatever
    # skein's and CPython's parents are; for spawn posix_spawn of the same image.
    put("5d fork, start + join", AtMost(1.15), Faster(10, "cpython"))
    put("5d fork, start + join, 256 MiB parent", AtMost(1.15))
    for parent in ("", ", 256 MiB parent"):
        row = f"5d forkserver, start + join{parent}"
        put(row, AtMost(2), at=["one core"])
        put(row, Faster(80, "cpython"))
    put("5d spawn, start + join", AtMost(1.1), Faster(30, "cpython"))

    # The guard rows: what waiting may cost others.
    put("idle queue getter CPU in 10 s", Below(10e6, "<10 ms"))
    put("CPU per hand-off at 1000/s", AtMost(1.2))
    put("CPU per hand-off at 10000/s", AtMost(1.2))
    put("neighbour slowdown, 1000/s", AtMost(1.05, "floor (alone)"))
    put("neighbour slowdown, 10000/s", AtMost(1.05))
    put("neighbour slowdown, ping-pong", AtMost(1.05))

    # Family 3.
    put("3a submit 1e6 empty + wait all", AtMost(1.2), Faster(1.3), Faster(40, "cpython"))
    put("3b submit 1e5, get all futures", Faster(1.15), Faster(25, "cpython"))
    put(
        "3c submit-and-wait, one at a time",
        AtMost(1.5),
        Faster(15),
        Faster(100, "cpython"),
    )
    put(
        "3d recursive fan-out, fib(24), 150 049 tasks",
        Faster(1.3, "TBB task_group"),
        Faster(200, "cpython"),
    )
    put("3e map over 1e6 ints, 8 chunks", AtMost(1.15), Faster(1.0), Faster(1000, "cpython"))
    put("memory, bytes a pending submit", Below(200, "<=200 bytes"))
    put("idle pool CPU in 10 s", Below(10e6, "<10 ms"))

    # Family 4.
    put("4a yield, 1 task", AtMost(3), Faster(1.6), Faster(90, "cpython"))
    put("4a yield, 100 tasks", AtMost(2.5), Faster(3), Faster(130, "cpython"))
    put("4a yield, 10 000 tasks", AtMost(2.5), Faster(3), Faster(130, "cpython"))
    put("4b create task + await it", AtMost(5), Faster(1), Faster(100, "cpython"))
    put("4c await a plain child", AtMost(1.15), Faster(2.1), Faster(15, "cpython"))
    put("4d 1e5 timers, CPU per timer", AtMost(1.3), Faster(1.5), Faster(50, "cpython"))
    put("4d 1e6 timers, CPU per timer", AtMost(1.3), Faster(1.5))
    put("4e to_thread round trip", AtMost(1.5), Faster(40, "cpython"))
    put(
        "4f bytes per suspended task",
        Below(256, "<=256 bytes"),
        AtMost(2.3),
        Faster(3, "Asio"),
        Faster(4, "cpython"),
    )
    return table
