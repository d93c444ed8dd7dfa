"""The table that run.py prints, and what it says below it."""

import os
import resource
import time

from targets import targets

# Do less than the job: hand nothing over in 3c, as who waits runs the task; yield from
# no coroutine in 4a.
LESS = ("TBB task_group (inline)", "libuv (callbacks)")


class Row:
    def __init__(self, family, workload, placement):
        self.family, self.workload, self.placement = family, workload, placement
        self.disturbed = 0.0  # the part of the machine that others used meanwhile
        self.ns = {}  # contender: median
        self.p99 = {}

    def add(self, found):
        into = self.p99 if found["workload"] == f"{self.workload}, p99" else self.ns
        into[found["contender"]] = found["ns_per_op"]

    def noise(self):
        """How far medians of such a row stray from run to run, as a part."""
        alone = any(word in self.workload for word in ("uncontended", "nested", "one thread"))
        return 0.05 if alone else 0.25

    def peers(self):
        none = ("skein", "cpython", "uvloop", *LESS)
        return [n for n in self.ns if n not in none and not n.startswith("floor")]

    def best_peer(self):
        return min(self.peers(), key=self.ns.get, default=None)


def text(ns):
    """Three digits, with k for thousands and M for millions."""
    if ns is None:
        return "-"
    for limit, unit, scale in ((9999.5, "", 1), (999950, "k", 1e3), (float("inf"), "M", 1e6)):
        if ns < limit:
            value = ns / scale
            return f"{value:.{0 if value >= 99.95 else 1 if value >= 9.995 else 2}f}{unit}"
    return "-"


def ratio_text(over, under):
    if over is None or under is None:
        return "-"
    ratio = over / under
    return f"{ratio:.0f}" if ratio >= 99.5 else f"{ratio:.2f}"


COLUMNS = (
    ("workload", 44, "<"),
    ("placement", 10, "<"),
    ("skein", 7, ">"),
    ("best peer", 31, ">"),
    ("floor", 7, ">"),
    ("cpython", 7, ">"),
    ("uvloop", 7, ">"),
    ("skein/floor", 11, ">"),
    ("peer/skein", 10, ">"),
    ("cpython/skein", 13, ">"),
    ("uvloop/skein", 12, ">"),
    ("p99 skein", 9, ">"),
    ("p99 peer", 9, ">"),
    ("reached", 7, ">"),
    ("target", 0, "<"),
)


def print_line(values):
    cells = (f"{v:{align}{width}}" for v, (_, width, align) in zip(values, COLUMNS))
    print("  ".join(cells).rstrip(), flush=True)


class Strangers:
    """How much of the machine other processes used, from here to used()."""

    def __init__(self):
        self.wall, self.busy = time.monotonic(), self.busy_seconds()

    @staticmethod
    def busy_seconds():
        """CPU seconds of the whole machine, less those of this run's children."""
        with open("/proc/stat", encoding="ascii") as f:
            user, nice, system, _, _, irq, softirq, steal = map(int, f.readline().split()[1:9])
        ticks = user + nice + system + irq + softirq + steal
        mine = resource.getrusage(resource.RUSAGE_CHILDREN)
        return ticks / os.sysconf("SC_CLK_TCK") - mine.ru_utime - mine.ru_stime

    def used(self):
        wall = (time.monotonic() - self.wall) * os.cpu_count()
        return max(0.0, (self.busy_seconds() - self.busy) / wall)


class Report:
    """Prints rows as they come, and remembers which targets were missed."""

    def __init__(self, show_all):
        self.show_all = show_all
        self.targets = targets()
        self.checked = 0
        self.missed = []
        self.disturbed = 0

    def header(self):
        print_line([name for name, _, _ in COLUMNS])
        print("-" * (sum(w for _, w, _ in COLUMNS) + 2 * len(COLUMNS) + 24), flush=True)

    def row(self, row):
        checks = self.targets.get((row.workload, row.placement), [])
        reached = []
        noisy = row.disturbed > 0.05
        self.disturbed += noisy
        for check in checks:
            ok, ratio = check.check(row)
            if ok is None:
                continue
            self.checked += 1
            reached.append(ok)
            if not ok:
                self.missed.append((row, check, ratio))
        peer = row.best_peer()
        skein, floor = row.ns.get("skein"), row.ns.get("floor")
        cpython, uvloop = row.ns.get("cpython"), row.ns.get("uvloop")
        print_line(
            [
                row.workload + (" *" if noisy else ""),
                row.placement,
                text(skein),
                f"{text(row.ns[peer])} {peer}" if peer else "-",
                text(floor),
                text(cpython),
                text(uvloop),
                ratio_text(skein, floor),
                ratio_text(row.ns[peer] if peer else None, skein),
                ratio_text(cpython, skein),
                ratio_text(uvloop, skein),
                text(row.p99.get("skein")),
                text(row.p99.get(peer or "cpython")),
                "-" if not reached else "yes" if all(reached) else "no",
                ", ".join(map(str, checks)),
            ]
        )
        if self.show_all:
            for name, ns in row.ns.items():
                print(f"    {name:29} {text(ns):>7} {ratio_text(ns, skein):>7} of skein", flush=True)

    def summary(self):
        print()
        if self.disturbed:
            print(
                f"* {self.disturbed} rows were measured while other processes used more than 5 % of "
                "the machine: their numbers are worth little."
            )
        print(f"Targets: {self.checked - len(self.missed)} of {self.checked} reached.")
        for row, check, ratio in self.missed:
            distance = max(ratio / check.goal, check.goal / ratio) - 1
            near = ", within the noise of such rows" if distance <= row.noise() else ""
            print(f"  missed: {row.workload}, {row.placement}: {check} (reached {ratio:.3g}{near})")
