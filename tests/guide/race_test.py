#!/usr/bin/env python3
"""Proves that ThreadSanitizer finds the races of race.cc: race_test.py PROGRAM

Each part of the program must be ended by a report of a data race that names both
accesses by their lines. What docs/differences.md shows of the report on the first
part is race.report. It must be the real one, line by line, but for what `...`
stands for: any text, or, where it is all of a line, any lines.
"""

import os
import pathlib
import re
import subprocess
import sys

FOLDER = pathlib.Path(__file__).resolve().parent
EXIT_CODE = 66  # TSan's own.
LIMIT = 25
# For each part, the lines of race.cc at which the two threads are.
PARTS = {
    "count": ["counter += 1;", "counter += 1;"],
    "collect": ["results.push_back(number);", "results.push_back(number);"],
    "stop": ["while (running_) {", "void stop() { running_ = false; }"],
}


def place(code):
    """Where a line of race.cc is, as a stack names it."""
    lines = (FOLDER / "race.cc").read_text(encoding="utf-8").splitlines()
    found = [number for number, line in enumerate(lines, 1) if line.strip() == code]
    if len(found) != 1:
        sys.exit(f"race.cc has {len(found)} lines {code}")
    return f"race.cc:{found[0]}:"


def stacks(report):
    """The stacks of the two accesses: the first two of a report."""
    found = re.findall(r"^  (?:Previous )?(?:[Ww]rite|[Rr]ead) of size .*\n((?:    #.*\n)+)", report, re.M)
    return found[:2]


def shown_of(report, shown):
    """Whether `shown` is the report, shortened."""
    pattern = ""
    for line in shown.splitlines():
        if line.strip() == "...":
            pattern += r"(?:.*\n)+?"
        else:
            pattern += ".*".join(map(re.escape, line.split("..."))) + r"\n"
    return re.search("^" + pattern, report, re.M) is not None


def check(program, part):
    environment = dict(os.environ)
    environment["TSAN_OPTIONS"] = f"{environment.get('TSAN_OPTIONS', '')}:halt_on_error=1:exitcode={EXIT_CODE}"
    ran = subprocess.run(
        [program, part], capture_output=True, text=True, errors="replace", timeout=LIMIT / len(PARTS), env=environment
    )
    problems = []
    if ran.returncode != EXIT_CODE:
        problems.append(f"it ended with status {ran.returncode}, not {EXIT_CODE}")
    if ran.stdout:
        problems.append(f"it went on: {ran.stdout}")
    if "WARNING: ThreadSanitizer: data race" not in ran.stderr:
        problems.append("no data race was reported")
    wanted = [place(code) for code in PARTS[part]]
    found = stacks(ran.stderr)
    if len(found) != 2 or not any(a in found[0] and b in found[1] for a, b in [wanted, wanted[::-1]]):
        problems.append(f"the two stacks do not name {' and '.join(wanted)}")
    if part == "count" and not shown_of(ran.stderr, (FOLDER / "race.report").read_text(encoding="utf-8")):
        problems.append("the report is not the one that race.report shows")
    if problems:
        sys.exit(f"race {part}: {'; '.join(problems)}\n--- its errors\n{ran.stderr}")
    print(f"race {part}: reported, at {' and '.join(wanted)}")


def main():
    for part in PARTS:
        check(sys.argv[1], part)


if __name__ == "__main__":
    main()
