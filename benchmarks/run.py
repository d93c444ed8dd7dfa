#!/usr/bin/env python3
"""Runs the benchmarks and prints what was reached.

  benchmarks/run.py --build-dir DIR [--json FILE] [--quick] [--placement P] [FILTER...]

FILTER is a part of "family N COMPONENT WORKLOAD PLACEMENT" ("lock", "queue", "pool",
"bounded 2P2C", "family 1"); of several, all must fit. Each row runs all its C++
contenders in one process, round-robin, then CPython for the same row, and in family
4 uvloop, too, on an interpreter that has it. `--all` adds a line for each contender
with its median and its ratio to skein's. `--quick` takes a tenth of the items and shorter guard rows: a smoke run, no measurement.

Columns: medians in ns per operation. "best peer" is the fastest C++ contender
that is neither skein nor a floor, and that does the job; CPython and uvloop stand
beside. A
row of several targets is "reached" only if all hold; those that do not are named
below the table with the ratio reached. Ratios above 1 are in skein's favour for
peers and CPython, below 1 for floors.
"""

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent

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
# Do less than the job: hand nothing over in 3c, as who waits runs the task; yield from
# no coroutine in 4a.
LESS = ("TBB task_group (inline)", "libuv (callbacks)")
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
    ("workload", 38, "<"),
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
                text(row.p99.get(peer)),
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


def machine_lines(info, python, with_uvloop):
    cpu = "unknown CPU"
    try:
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as f:
            cpu = next(line.split(":", 1)[1].strip() for line in f if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    commit = "unknown"
    try:
        commit = output(["git", "-C", str(HERE), "describe", "--always", "--dirty"]).strip()
    except (OSError, subprocess.CalledProcessError):
        pass
    allowed = len(os.sched_getaffinity(0))
    yield f"machine:  {cpu}, {allowed} CPUs, Linux {platform.release()}, {platform.libc_ver()[1]} glibc"
    yield f"compiler: {info}"
    yield f"python:   {python_version(python)}"
    if with_uvloop:
        version = output([with_uvloop, "-c", "import uvloop; print(uvloop.__version__)"]).strip()
        yield f"uvloop:   {version} on {python_version(with_uvloop)}"
    else:
        yield "uvloop:   no Python at hand has it (package python3-uvloop), so it is left out"
    yield f"commit:   {commit}, measured {time.strftime('%Y-%m-%d %H:%M %Z')}"


def output(command, **options):
    return subprocess.run(
        command, check=True, text=True, stdout=subprocess.PIPE, **options
    ).stdout


def python_version(python):
    return output([python, "-c", "import sys; print('CPython', sys.version.split()[0])"]).strip()


def newest_python():
    """The interpreter that the project's own choice names, else this one."""
    chooser = HERE.parent / "scripts" / "find_python"
    if chooser.exists():
        return output([str(chooser)]).strip()
    return sys.executable


def python_with_uvloop(python):
    """The interpreter compared with, else the system's; None if neither has uvloop."""
    for each in (python, "/usr/bin/python3"):
        probe = [each, "-c", "import asyncio, uvloop; asyncio.Runner"]
        if Path(each).exists() and subprocess.run(probe, stderr=subprocess.DEVNULL).returncode == 0:
            return each
    return None


def find_binary(build_dir):
    for path in (Path(build_dir) / "benchmarks" / "skein_bench", Path(build_dir) / "skein_bench"):
        if path.exists():
            return str(path)
    sys.exit(
        f"run.py: no skein_bench under {build_dir}; build it with\n"
        f"  cmake --build {build_dir} --target skein_bench"
    )


def wanted(each, filters):
    # Family 2 is what people call "queue", family 3 "pool".
    component = {1: "threading", 2: "queue", 3: "pool", 4: "loop", 5: "process"}[each["family"]]
    name = f"family {each['family']} {component} {each['workload']} {each['placement']}"
    return all(part in name for part in filters)


def measure(binary, pythons, each, args):
    """One row: the C++ contenders, then those of `pythons`; and the flat objects found."""
    row = Row(each["family"], each["workload"], each["placement"])
    options = ["--workload", row.workload, "--placement", row.placement]
    options += ["--reps", str(args.reps)] + (["--quick"] if args.quick else [])
    strangers = Strangers()
    found = [json.loads(line) for line in output([binary] + options, timeout=600).splitlines()]
    key = {name: each[name] for name in ("family", "workload", "placement")}
    for contender, command in pythons.items():
        if contender == "uvloop" and row.family != 4:
            continue
        line = output(command + options, timeout=600).strip()
        if line:
            found.append({**key, "contender": contender, **json.loads(line)})
    row.disturbed = strangers.used()
    for one in found:
        row.add(one)
    return row, found


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("filter", nargs="*", help="what a row's name must contain")
    parser.add_argument("--filter", dest="more", action="append", default=[], help="the same")
    parser.add_argument("--placement", choices=EVERYWHERE, help="only this placement")
    parser.add_argument("--build-dir", required=True)
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--all", action="store_true", help="a line for each contender, too")
    parser.add_argument("--reps", type=int, default=5)
    parser.add_argument("--python", help="the CPython to compare with")
    args = parser.parse_args()

    binary = find_binary(args.build_dir)
    python = args.python or newest_python()
    with_uvloop = python_with_uvloop(python)
    script = str(HERE / "cpython_rows.py")
    pythons = {"cpython": [python, script]}
    if with_uvloop:
        pythons["uvloop"] = [with_uvloop, script, "--uvloop"]
    filters = args.filter + args.more
    rows = [json.loads(line) for line in output([binary, "--list"]).splitlines()]
    rows = [
        each
        for each in rows
        if wanted(each, filters) and args.placement in (None, each["placement"])
    ]
    if not rows:
        sys.exit(f"run.py: no workload matches {', '.join(filters)!r}")

    print("\n".join(machine_lines(output([binary, "--info"]).strip(), python, with_uvloop)))
    print()
    report = Report(args.all)
    report.header()
    results = []
    failed = []
    for each in rows:
        try:
            row, found = measure(binary, pythons, each, args)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            # A contender that dies or hangs is a result, too; the rest goes on.
            name = f"{each['workload']}, {each['placement']}"
            failed.append(f"{name}: {error}")
            print(f"{name}: FAILED", flush=True)
            continue
        results += found
        report.row(row)
    report.summary()
    if args.json:
        with open(args.json, "w", encoding="utf-8") as f:
            json.dump(results, f, indent=1)
            f.write("\n")
    for line in failed:
        print(f"run.py: {line}", file=sys.stderr)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
