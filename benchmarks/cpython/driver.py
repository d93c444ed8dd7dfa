"""Runs one row for run.py."""

import argparse
import json
import os
import statistics
import threading
from importlib import import_module

from .rep import Rep, pin

# Each has ROWS: {name: (operations in a repetition, run)}. run(rep) returns the
# nanoseconds of them all, or these and a list of latencies.
MODULES = ("threads", "pool", "loop", "process", "process_pool", "process_start")


def find(workload):
    for name in MODULES:
        module = import_module(f".{name}", __package__)
        if workload in module.ROWS:
            return module, *module.ROWS[workload]
    return None, 0, None


def repeated(run, ops, args):
    """[nanoseconds an operation], [99th percentile], of --reps repetitions."""
    cpus = sorted(os.sched_getaffinity(0))
    cpus = (cpus * 2)[:2]
    values = []
    p99 = []

    # Each repetition in a thread of its own, so that pinning does not stay.
    def one():
        pin(cpus, args.placement, 0)
        found = run(Rep(cpus, args.placement, ops))
        took, latencies = found if isinstance(found, tuple) else (found, [])
        values.append(took / ops)
        if latencies:
            p99.append(sorted(latencies)[int(0.99 * (len(latencies) - 1))])

    for _ in range(args.reps):
        t = threading.Thread(target=one)
        t.start()
        t.join()
    return values, p99


def main(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--workload", required=True)
    parser.add_argument("--placement", required=True)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--reps", type=int, default=5)
    parser.add_argument("--uvloop", action="store_true")
    args = parser.parse_args()
    module, ops, run = find(args.workload)
    if module is None:
        return
    if args.uvloop:
        from uvloop import new_event_loop

        module.loop_factory = new_event_loop
    if args.quick:
        ops = max(ops // 4, 1)
    values, p99 = repeated(run, ops, args)
    for workload, found in ((args.workload, values), (f"{args.workload}, p99", p99)):
        if found:
            print(
                json.dumps(
                    {
                        "workload": workload,
                        "ns_per_op": statistics.median(found),
                        "min": min(found),
                        "max": max(found),
                    }
                )
            )
