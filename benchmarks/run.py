#!/usr/bin/env python3
"""Runs the benchmarks and prints what was reached.

  benchmarks/run.py --build-dir DIR [--json FILE] [--quick] [--placement P] [FILTER...]

FILTER is a part of "family N COMPONENT WORKLOAD PLACEMENT" ("lock", "queue", "pool",
"bounded 2P2C", "family 1"); of several, all must fit. Each row runs all its C++
contenders in one process, round-robin, then CPython for the same row, and in family
4 uvloop, too, on an interpreter that has it. `--all` adds a line for each contender
with its median and its ratio to skein's. `--quick` takes a tenth of the items and
shorter guard rows: a smoke run, no measurement.

Columns: medians in ns per operation. "best peer" is the fastest C++ contender
that is neither skein nor a floor, and that does the job; CPython and uvloop stand
beside. "p99 peer" is CPython's where there is no peer. A row of several targets is "reached" only if all hold; those that do not are named
below the table with the ratio reached. Ratios above 1 are in skein's favour for
peers and CPython, below 1 for floors.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path

from report import Report, Row, Strangers
from targets import EVERYWHERE

HERE = Path(__file__).resolve().parent


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


def find_binaries(build_dir):
    """The program of families 1 to 4, and that of family 5."""
    for folder in (Path(build_dir) / "benchmarks", Path(build_dir)):
        paths = [folder / name for name in ("skein_bench", "skein_bench_process")]
        if all(path.exists() for path in paths):
            return [str(path) for path in paths]
    sys.exit(
        f"run.py: no skein_bench and skein_bench_process under {build_dir}; build them with\n"
        f"  cmake --build {build_dir} --target skein_bench"
    )


def wanted(each, filters):
    # Family 2 is what people call "queue", family 3 "pool".
    component = {1: "threading", 2: "queue", 3: "pool", 4: "loop", 5: "process"}[each["family"]]
    name = f"family {each['family']} {component} {each['workload']} {each['placement']}"
    return all(part in name for part in filters)


def measure(pythons, each, args):
    """One row: the C++ contenders, then those of `pythons`; and the flat objects found."""
    row = Row(each["family"], each["workload"], each["placement"])
    options = ["--workload", row.workload, "--placement", row.placement]
    options += ["--reps", str(args.reps)] + (["--quick"] if args.quick else [])
    strangers = Strangers()
    found = [json.loads(line) for line in output([each["binary"]] + options, timeout=600).splitlines()]
    key = {name: each[name] for name in ("family", "workload", "placement")}
    for contender, command in pythons.items():
        if contender == "uvloop" and row.family != 4:
            continue
        for line in output(command + options, timeout=600).splitlines():
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

    binaries = find_binaries(args.build_dir)
    python = args.python or newest_python()
    with_uvloop = python_with_uvloop(python)
    script = str(HERE / "cpython_rows.py")
    pythons = {"cpython": [python, script]}
    if with_uvloop:
        pythons["uvloop"] = [with_uvloop, script, "--uvloop"]
    filters = args.filter + args.more
    rows = [
        {**json.loads(line), "binary": binary}
        for binary in binaries
        for line in output([binary, "--list"]).splitlines()
    ]
    rows = [
        each
        for each in rows
        if wanted(each, filters) and args.placement in (None, each["placement"])
    ]
    if not rows:
        sys.exit(f"run.py: no workload matches {', '.join(filters)!r}")

    print("\n".join(machine_lines(output([binaries[0], "--info"]).strip(), python, with_uvloop)))
    print()
    report = Report(args.all)
    report.header()
    results = []
    failed = []
    for each in rows:
        try:
            row, found = measure(pythons, each, args)
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
