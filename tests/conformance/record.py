#!/usr/bin/env python3
"""Records what the newest CPython at hand prints: record.py [NAME...] writes NAME.expected; no name: all.

Each original runs several times; one whose output changes from run to run is no test and is refused.
"""

import sys

import triple

RUNS = 5


def record(name, place, number):
    it = triple.Triple(name)
    if number[:2] < it.needs():
        raise triple.Broken(f"needs CPython {'.'.join(map(str, it.needs()))}")
    outputs = {triple.run([place, str(it.original)]) for _ in range(RUNS)}
    if len(outputs) != 1:
        raise triple.Broken(f"printed {len(outputs)} different things in {RUNS} runs")
    text = outputs.pop()
    if not text:
        raise triple.Broken("printed nothing")
    it.record.write_text(f"# CPython {'.'.join(map(str, number))}\n{text}", encoding="utf-8")


def main():
    helpers = {"show", "show_groups", "show_processes", "triple", "check", "check_test", "record"}
    names = sys.argv[1:] or sorted({path.stem for path in triple.FOLDER.glob("*.py")} - helpers)
    place, number = triple.newest_python()
    failed = 0
    for name in names:
        try:
            record(name, place, number)
        except triple.Broken as reason:
            print(f"{name}: {reason}", file=sys.stderr)
            failed += 1
    print(f"{len(names) - failed} recorded by CPython {'.'.join(map(str, number))}, {failed} refused")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
