#!/usr/bin/env python3
"""Compares a port with what CPython printed, and with what this machine's CPython prints now.

  check.py NAME --program PATH [--folder FOLDER] [--python PATH]

The port's output must equal NAME.expected. If the newest CPython at hand is not older than the original's
"# needs:" line, the original is run as well, and the port's output must equal that too.
"""

import argparse
import difflib
import sys

import triple


def compare(left, left_name, right, right_name):
    if left != right:
        lines = difflib.unified_diff(left.splitlines(), right.splitlines(), left_name, right_name, n=2, lineterm="")
        raise triple.Broken("\n".join(["the outputs differ", *lines]))


def check(it, program, python):
    needs = it.needs()
    expected, recorded_by = it.expected()
    if tuple(map(int, recorded_by.split(".")))[:2] < needs:
        raise triple.Broken(f"{it.record.name} was recorded by {recorded_by}, which is too old for it")
    printed = triple.run([program])
    compare(expected, f"CPython {recorded_by}, recorded", printed, "the port")
    place, number = python, triple.version(python) if python is not None else None
    if number is None:
        place, number = triple.newest_python()
    name = "CPython " + ".".join(map(str, number))
    if number[:2] < needs:
        print(f"{it.name}: as recorded by CPython {recorded_by}; {name} is too old to be asked")
        return
    compare(triple.run([place, str(it.original)]), f"{name}, now", printed, "the port")
    print(f"{it.name}: as recorded by CPython {recorded_by}, and as {name} has it now")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name")
    parser.add_argument("--program", required=True, help="the built port")
    parser.add_argument("--folder", default=triple.FOLDER, help="where the triple is")
    parser.add_argument("--python", help="the newest CPython, where it is known already")
    arguments = parser.parse_args()
    try:
        check(triple.Triple(arguments.name, arguments.folder), arguments.program, arguments.python)
    except triple.Broken as reason:
        sys.exit(f"{arguments.name}: {reason}")


if __name__ == "__main__":
    main()
