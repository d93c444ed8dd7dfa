#!/usr/bin/env python3
"""How much of Python is there: for each name of names.tsv, is it there, and which test asserts on it?

A name is there when its probe (in probes/MODULE.cc or probes/MODULE/) compiles, links, and calls it with Python's signature. It is tested
when each of the tests that tests.tsv gives for it exists in the build, uses it, asserts something, and passes.
README.md says how each of that is found out.

Ends with an error if a name of a module that counts as complete is missing or untested.
"""

import argparse
import collections
import concurrent.futures
import dataclasses
import json
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import source
from names import ALIASES, MADE_BY, plan_of, read_names
from probe_files import probe_files

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent

# Modules of which every name of wave 1 must be there and tested, and the components that they need.
COMPLETE = {
    "contextvars": ["core"],
    "threading": ["threading", "core"],
    "queue": ["queue", "threading", "core"],
    "concurrent.futures": ["process_pool", "futures", "multiprocessing", "queue", "threading", "core"],
    "asyncio": ["async", "futures", "queue", "threading", "core"],
    "multiprocessing.pool": ["process_pool", "futures", "multiprocessing", "queue", "threading", "core"],
    **{module: ["multiprocessing", "queue", "threading", "core"] for module in (
        "multiprocessing", "multiprocessing.connection", "multiprocessing.queues",
        "multiprocessing.shared_memory", "multiprocessing.sharedctypes", "multiprocessing.synchronize")},
}

# ---- probes -------------------------------------------------------------------------------------------------------


def shortcomings(row, probe):
    """What `probe` does not do that a probe of `row` must, apart from compiling."""
    plan = plan_of(row)
    code = probe.code
    found = []
    for word in sorted({row.word, row.owner or row.word} | plan.words):
        if not source.uses(code, word):
            found.append(f"does not use {word}")
    for keyword in sorted(plan.keywords):
        if not re.search(rf"\.{keyword}\s*=", code):
            found.append(f"does not give .{keyword} = by keyword")
    if plan.counts:
        given = [len(call) for call in source.calls(code, row.word) if not any(a.startswith("{") for a in call)]
        for count in sorted(plan.counts):
            if count not in given:
                found.append(f"does not call {row.word} with {count} arguments by position")
    return found


# ---- compiling ------------------------------------------------------------------------------------------------------


class Compiler:
    """The compiler of a build folder, with its flags and with the libraries built there."""

    def __init__(self, build_dir):
        cache = dict(re.findall(r"^(CMAKE_CXX_COMPILER|CMAKE_CXX_FLAGS):\w+=(.*)$",
                                (build_dir / "CMakeCache.txt").read_text(), flags=re.MULTILINE))
        self.build_dir = build_dir
        self.command = [cache["CMAKE_CXX_COMPILER"], *cache.get("CMAKE_CXX_FLAGS", "").split(), "-std=c++20"]
        # GCC's messages are not cut off by default; clang's are.
        if "clang" in os.path.basename(cache["CMAKE_CXX_COMPILER"]):
            self.command.append("-ferror-limit=0")
        self.command += ["-fno-diagnostics-color", f"-I{HERE / 'probes'}"]
        self.command += [f"-I{path}" for path in sorted(ROOT.glob("*/include"))]

    def run(self, *arguments):
        """None if that succeeds, else what the compiler says."""
        done = subprocess.run([*self.command, *map(str, arguments)], capture_output=True, text=True,
                              env={**os.environ, "LC_ALL": "C"}, check=False)
        return None if done.returncode == 0 else done.stderr

    def build(self, text, components):
        """Compiles and links a program with `text` in it; None, or what is wrong."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "probe.cc")
            path.write_text(text + "\nint main() {}\n")
            libraries = []
            for component in components:
                # Not those that the test of the package has installed somewhere below.
                found = [*(self.build_dir / component).glob(f"libskein_{component}.so"),
                         *(self.build_dir / component).glob(f"libskein_{component}.a")]
                if not found:
                    sys.exit(f"parity: {self.build_dir} has no library skein_{component}; build it first")
                libraries.append(found[0])
            return self.run(path, *libraries, *(f"-Wl,-rpath,{path.parent}" for path in libraries), "-pthread",
                            "-o", Path(folder, "probe"))

    def error_lines(self, text):
        """The lines of `text`, from 1, in which the compiler finds errors."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "probe.cc")
            path.write_text(text)
            said = self.run("-fsyntax-only", path) or ""
        return {int(line) for line in re.findall(rf"^{re.escape(str(path))}:(\d+):\d+: error: ", said, re.MULTILINE)}


def words_of(row):
    """All that a probe of `row` is about: the name, its class, what belongs to it, its keywords."""
    plan = plan_of(row)
    return sorted({row.word, row.owner or row.word} | plan.words | plan.keywords)


def insensitive(compiler, file, rows):
    """For each probe that compiles although a word that it is about is spelt wrong: that word.

    Each word is spelt wrong in its turn, in its own probe only; the compiler has to complain in the lines of that
    probe. So a probe that has a word in a comment, in a branch that is not compiled or as a name of its own is found
    out. One run of the compiler does it for all probes at once, and there are as many runs as a probe has words.
    """
    probes = [(rows[name], probe) for name, probe in file.probes.items() if name in rows]
    found = {}
    for turn in range(max((len(words_of(row)) for row, _ in probes), default=0)):
        text, ranges = file.prologue, {}
        for row, probe in probes:
            piece = probe.text
            if turn < len(words_of(row)):
                word = words_of(row)[turn]
                piece = re.sub(rf"\b{word}\b", f"{word}_absent_", piece)
                first = text.count("\n") + 1
                ranges[row.full] = (word, range(first, first + piece.count("\n") + 1))
            text += piece
        lines = compiler.error_lines(text)
        for name, (word, own) in ranges.items():
            if not any(line in own for line in lines):
                found.setdefault(name, word)
    return found


def check_probes(compiler, module, rows, files):
    """For each row: None if its probe is good, else what is wrong with it."""
    problems = {}
    probes = {name: probe for file in files for name, probe in file.probes.items()}
    for row in rows:
        if row.full not in probes:
            problems[row.full] = "no probe"
        elif found := shortcomings(row, probes[row.full]):
            problems[row.full] = "the probe " + "; ".join(found)
    by_name = {row.full: row for row in rows}
    for file in files:
        for name, problem in check_file(compiler, COMPLETE[module], by_name, file).items():
            problems.setdefault(name, problem)
    return problems


def check_file(compiler, components, rows, file):
    """For each of the file's probes with which the compiler finds something wrong: that."""
    problems = {}
    whole = file.prologue + "".join(probe.text for probe in file.probes.values())
    if compiler.build(whole, components) is not None:
        print(f"parity: {file.path.name} does not build as a whole; trying its probes one by one", file=sys.stderr)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as executor:
            said = executor.map(lambda probe: compiler.build(file.alone(probe), components), file.probes.values())
            for probe, message in zip(file.probes.values(), said):
                if message is not None:
                    first = next((line for line in message.splitlines() if "error" in line or "undefined" in line),
                                 message)
                    problems.setdefault(probe.name, first.strip())
    for name, word in insensitive(compiler, file, rows).items():
        problems.setdefault(name, f"the probe compiles even where {word} is spelt wrong")
    return problems


# ---- tests ----------------------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Test:
    """A test of the build, and what its source says."""
    name: str
    code: str  # without comments and strings
    types: str  # what a typed test is instantiated for


ASSERTION = re.compile(r"\b(?:(?:EXPECT|ASSERT)_\w+|ADD_FAILURE|FAIL)\s*\(|\bprint\s*\{")


class Tests:
    """What ctest knows in a build folder. Sources are read when asked for."""

    def __init__(self, build_dir):
        self.build_dir = build_dir
        shown = subprocess.run(["ctest", "--test-dir", build_dir, "--show-only=json-v1"], capture_output=True, text=True,
                               check=False)
        if shown.returncode != 0:
            sys.exit(f"parity: ctest cannot list the tests of {build_dir}:\n{shown.stderr}")
        self.commands = {}  # by a test's name here
        self.ctest_names = {}
        self.listed = {}
        for test in json.loads(shown.stdout)["tests"]:
            command = test.get("command", [])
            name = test["name"]
            # What ctest calls a typed case depends on CMake's version; GoogleTest's own name does not.
            for argument in command[1:]:
                if argument.startswith("--gtest_filter="):
                    name = name.partition(".")[0] + "." + argument.partition("=")[2]
            self.commands[name] = command
            self.ctest_names[name] = test["name"]

    def _gtest(self, program):
        """The cases in a GoogleTest program: full name to (file, line, type)."""
        if program not in self.listed:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder, "list.json")
                subprocess.run([program, "--gtest_list_tests", f"--gtest_output=json:{path}"], capture_output=True,
                               check=True)
                suites = json.loads(path.read_text())["testsuites"]
            self.listed[program] = {
                f"{suite['name']}.{case['name']}": (case["file"], case["line"], case.get("type_param", ""))
                for suite in suites for case in suite["testsuite"]
            }
        return self.listed[program]

    def get(self, name):
        """The test; None if there is none of that name."""
        command = self.commands.get(name)
        if not command:
            return None
        if any(argument.startswith("--gtest_filter=") for argument in command[1:]):
            case = name.partition(".")[2]
            if case not in self._gtest(command[0]):
                return None
            path, line, types = self._gtest(command[0])[case]
            # Relative to the root, or to the build folder where ccache rewrote the compiler's command.
            file = next(folder / path for folder in (ROOT, Path(self.build_dir)) if (folder / path).is_file())
            code = source.without_comments_and_strings(file.read_text())
            block = source.block_at_line(code, line)
            if not source.uses(block.partition("{")[0], case.rpartition(".")[2].partition("/")[0]):
                sys.exit(f"parity: {path}:{line} is not {name}; build again, the sources have changed since")
            # Of Threads/QueueContract/LifoQueue.Case the suite's parts tell the type as well.
            return Test(name, block, " ".join([types, *case.split(".")[0].split("/")]))
        if name.startswith("conformance."):
            path = ROOT / "tests" / "conformance" / (name.partition(".")[2] + ".cc")
            if path.exists() and path.with_suffix(".expected").exists():
                return Test(name, source.without_comments_and_strings(path.read_text()), "")
        return None

    def run(self, names):
        """Runs these tests; gives the names of those that do not pass."""
        known = {name: self.ctest_names[name] for name in names if name in self.ctest_names}
        if not known:
            return set(names)
        with tempfile.TemporaryDirectory() as folder:
            report = Path(folder, "report.xml")
            pattern = "^(" + "|".join(re.escape(name).replace("\\-", "-") for name in known.values()) + ")$"
            subprocess.run(["ctest", "--test-dir", self.build_dir, "-R", pattern, "-j", str(os.cpu_count()),
                            "--timeout", "60", "--output-junit", report, "-Q"], check=False)
            passed = set()
            for case in ElementTree.parse(report).getroot().iter("testcase"):
                if case.get("status") == "run":
                    passed.add(case.get("name"))
        return {name for name in names if known.get(name) not in passed}


def used_words(row, test):
    """The words that belong to `row` and that `test` uses: the name, and for a property or a hook its setter."""
    words = {row.word} | plan_of(row).words
    if row.kind in ("method", "property"):
        # A typed test is about the type for which it is instantiated, whatever it calls its objects.
        if source.uses(test.types, row.owner):
            return {word for word in words if source.uses_member(test.code, word)}
        full = f"{row.module}.{row.owner}"
        return {word for word in words
                if source.uses_member(test.code, word, row.owner, ALIASES.get(full, ()), MADE_BY.get(full, ()))}
    return {word for word in words if source.uses(test.code, word) or source.uses(test.types, word)}


def objections(row, test):
    """Why `test` is no test of `row`."""
    found = []
    if not used_words(row, test):
        found.append(f"does not use {row.word}" + (f" of a {row.owner}" if row.owner else ""))
    if row.kind == "keyword" and not (source.uses(test.code, row.owner) and
                                      re.search(rf"\.{row.word}\s*=", test.code)):
        found.append(f"does not give .{row.word} = to a {row.owner}")
    if not ASSERTION.search(test.code):
        found.append("asserts nothing")
    return found


def read_tests(path):
    """The lines of tests.tsv: name to names of tests."""
    found = {}
    problems = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        name, tab, tests = line.partition("\t")
        tests = [test.strip() for test in tests.split(",") if test.strip()]
        if not tab or not tests:
            problems.append(f"{path.name}:{number}: no test for {name}")
        elif name in found:
            problems.append(f"{path.name}:{number}: {name} a second time")
        else:
            found[name] = tests
    return found, problems


def check_tests(tests, rows, given, run):
    """For each row: None if its tests are good, else what is wrong with them."""
    problems = {}
    wanted = collections.defaultdict(list)
    for row in rows:
        if row.full not in given:
            problems[row.full] = "no test in tests.tsv"
            continue
        unused = {row.word} | plan_of(row).words
        for name in given[row.full]:
            test = tests.get(name)
            if test is None:
                problems[row.full] = f"there is no test {name}"
            elif found := objections(row, test):
                problems[row.full] = f"{name} " + "; ".join(found)
            else:
                unused -= used_words(row, test)
                wanted[name].append(row.full)
        if unused:
            problems.setdefault(row.full, f"no test uses {', '.join(sorted(unused))}")
    if run:
        for name in tests.run(list(wanted)):
            for full in wanted[name]:
                problems[full] = f"{name} does not pass"
    return problems


def candidates(tests, row):
    """The tests that could stand in tests.tsv for `row`."""
    found = []
    for name in tests.commands:
        test = tests.get(name)
        if test is not None and not objections(row, test):
            found.append(name)
    return found


def built_modules(build_dir):
    """The modules of COMPLETE that are built in `build_dir`. There is no folder for what its compiler cannot build."""
    return [module for module, components in COMPLETE.items()
            if all((build_dir / component).is_dir() for component in components)]


# ---- the front --------------------------------------------------------------------------------------------------------


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build-dir", type=Path, required=True, help="a build folder with all tests built")
    parser.add_argument("--json", type=Path, help="write {module, name, wave, present, test} for every name")
    parser.add_argument("--missing", action="store_true", help="list what is missing or untested, and why")
    parser.add_argument("--no-run", action="store_true", help="do not run the tests, only look at them")
    parser.add_argument("--candidates", metavar="NAME", help="list the tests that use NAME and assert something")
    options = parser.parse_args()

    rows = [row for row in read_names(HERE / "names.tsv") if not row.not_applicable]
    tests = Tests(options.build_dir.resolve())
    if options.candidates:
        for row in rows:
            if options.candidates in (row.full, row.module):
                print(row.full, *candidates(tests, row), sep="\n  ")
        return 0

    compiler = Compiler(options.build_dir.resolve())
    given, errors = read_tests(HERE / "tests.tsv")
    known = {row.full for row in rows}
    errors += [f"tests.tsv: names.tsv has no {name}" for name in given if name not in known]
    present_problems = {}
    built = built_modules(options.build_dir)

    def counts(row):
        return row.module in built and row.wave == "1"

    for module in built:
        files, found = probe_files(HERE / "probes", module)
        errors += found
        errors += [f"{file.path.name}: names.tsv has no {name}"
                   for file in files for name in file.probes if name not in known]
        present_problems |= check_probes(compiler, module, [row for row in rows if row.module == module and counts(row)],
                                         files)
    test_problems = check_tests(tests, list(filter(counts, rows)), given, not options.no_run)

    def present(row):
        return counts(row) and row.full not in present_problems

    def tested(row):
        return present(row) and row.full not in test_problems

    modules = list(dict.fromkeys([*COMPLETE, *(row.module for row in rows)]))
    table = [("module", "wave 1", "present", "tested", "missing", "")]
    failed = bool(errors)
    for module in modules:
        names = [row for row in rows if row.module == module and row.wave == "1"]
        there = sum(map(present, names))
        good = sum(map(tested, names))
        if module in built:
            failed |= good < len(names)
            note = f"{100 * good // max(len(names), 1)} %" if names else "no names"
            failed |= not names
        else:
            note = "not built by this compiler" if module in COMPLETE else "later"
        table.append((module, str(len(names)), str(there), str(good), str(len(names) - there), note))
    widths = [max(len(line[column]) for line in table) for column in range(6)]
    for line in table:
        print("  ".join([line[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:]))]))

    if options.json:
        options.json.write_text(json.dumps([{
            "module": row.module,
            "name": row.name,
            "wave": row.wave,
            "present": present(row),
            "test": ", ".join(given[row.full]) if tested(row) else "",
        } for row in rows], indent=1) + "\n")

    for row in filter(counts, rows):
        if options.missing or failed:
            if not present(row):
                print(f"missing   {row.full}: {present_problems[row.full]}")
            elif not tested(row):
                print(f"untested  {row.full}: {test_problems[row.full]}")
    if options.missing:
        for row in rows:
            if not counts(row):
                print(f"later     {row.full} (wave {row.wave})")
    for error in errors:
        print(f"error     {error}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
