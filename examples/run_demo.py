#!/usr/bin/env python3
"""Runs each example beside the Python program that it ports, and compares.

    run_demo.py --build-dir DIR [--json FILE] [--only NAME]... [--python EXE]
    run_demo.py --serve
    run_demo.py --check-pictures

Prints one table: program, same output?, seconds in Python, seconds here; where something differs,
how. Exits with 0 if everything is the same, with 1 if not, with 2 if the question makes no sense
(nothing built, no such program).

What "the same" means: the standard output is the same and not empty, the standard error is empty,
the exit status is 0, and the demo's web server was asked for the same things. The first comment of
a program can allow for two things, the same in both languages, by lines of this form:

    demo: unordered [REGEX]   Lines in which REGEX is found (default: all) come in any order, except
                              that those with the same match (of its group, if it has one) keep
                              theirs. No line passes one in which it is not found.
    demo: seconds within T    Numbers before the word "second" may differ by T.
    demo: pictures            It makes thumbnails: there are pictures in images/, and what is then in
                              thumbs/ is compared with what Pillow makes (pictures.py). The original
                              runs under the newest CPython that has Pillow.
"""

import argparse
import collections
import contextlib
import dataclasses
import difflib
import http.server
import json
import os
import pathlib
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
URL_VARIABLE = "SKEIN_DEMO_URL"
TIME_LIMIT = 20.0  # Seconds for one run of one program.


# -- The web server --------------------------------------------------------------------------------


def text(number):
    """Some hundred KB of words in lines of uneven length and spacing; another for each number."""
    chance = random.Random(number)
    syllables = ["ka", "lo", "mi", "ner", "os", "pu", "ri", "sta", "ten", "vu", "wen", "zy"]
    gaps = [" ", " ", " ", "  ", "\t", ", ", ". "]
    lines = [""]
    for _ in range(100):
        line = " " * chance.randrange(0, 4)
        for _ in range(chance.randrange(1, 14)):
            line += "".join(chance.choices(syllables, k=chance.randrange(1, 5)))
            line += chance.choice(gaps)
        lines.append(line)
    return ("\n".join(chance.choices(lines, k=4000 + 500 * number)) + "\n").encode("ascii")


# The web site that /page/1 is the entrance of: which pages each one links to. Nobody wrote page 9, and
# page 7 takes SLOW seconds.
LINKS = {1: [2, 3, 4, 5], 2: [1, 5, 6], 3: [6, 7], 4: [1, 8], 5: [], 6: [5, 9], 7: [8], 8: [4]}
SLOW = 3.0


def page(number):
    links = [f'<li><a href="/page/{other}">page {other}</a></li>' for other in LINKS[number]]
    return "\n".join([f"<h1>Page {number}</h1>", "<ul>", *links, "</ul>", ""]).encode("ascii")


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        with self.server.lock:
            self.server.asked.append(f"{self.command} {self.path}")
        kind, _, number = self.path.strip("/").partition("/")
        if kind == "text" and number.isdigit():
            time.sleep(0.5)
            self.answer(200, text(int(number)))
        elif kind == "page" and number.isdigit() and int(number) in LINKS:
            time.sleep(SLOW if number == "7" else 0.0)
            self.answer(200, page(int(number)))
        elif kind == "status" and re.fullmatch("[2-5][0-9][0-9]", number):
            time.sleep(0.1)
            self.answer(int(number), b"")
        else:
            self.answer(404, b"no such thing here\n")

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=us-ascii")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


class Server(http.server.ThreadingHTTPServer):
    """Answers /text/N, /page/N and /status/N on a loopback port that the system chooses.

    It lives in threads of this process, and so no longer than it.
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, handler=Handler):
        super().__init__(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.lock = threading.Lock()
        self.asked = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def take_asked(self):
        """What was asked for since the last call, sorted."""
        with self.lock:
            asked, self.asked = sorted(self.asked), []
        return asked


# -- What is compared ------------------------------------------------------------------------------


class Complaint(Exception):
    """The question makes no sense."""


@dataclasses.dataclass(frozen=True)
class Rules:
    """What the first comment of a program allows for."""

    unordered: str = ""  # A regular expression; empty: nothing.
    seconds_within: float = 0.0
    pictures: bool = False

    @staticmethod
    def of(path):
        """Reads the first comment of a .py or .cc file."""
        mark = {".py": "#", ".cc": "//"}[path.suffix]
        found = {}
        for line in path.read_text(encoding="utf-8").splitlines():
            if not line.startswith(mark):
                break
            key, _, value = line[len(mark) :].strip().partition("demo:")
            if key or not value:
                continue
            rule = re.fullmatch(
                r"(unordered)(?: (.+))?|(seconds within) ([0-9.]+)|(pictures)", value.strip()
            )
            if not rule:
                raise Complaint(f"{path.name}: cannot read 'demo:{value}'")
            if rule[1]:
                found["unordered"] = rule[2] or "^.*$"
            elif rule[5]:
                found["pictures"] = True
            else:
                found["seconds_within"] = float(rule[4])
        return Rules(**found)


def in_order(lines, pattern):
    """The lines, with those that may come in any order brought into one."""
    if not pattern:
        return list(lines)
    result = []
    movable = []

    def settle():
        movable.sort(key=lambda keyed: keyed[0])  # Stable: what has the same key keeps its order.
        result.extend(line for _, line in movable)
        movable.clear()

    for line in lines:
        match = re.search(pattern, line)
        if match:
            movable.append((match[1] if match.re.groups else match[0], line))
        else:
            settle()
            result.append(line)
    settle()
    return result


SECONDS = re.compile(r"[0-9]+\.[0-9]+(?= second)")


def close_enough(a, b, within):
    """Whether two lines are the same but for seconds that differ by at most `within`."""
    if SECONDS.sub("", a) != SECONDS.sub("", b):
        return False
    pairs = zip(SECONDS.findall(a), SECONDS.findall(b))
    return all(abs(float(x) - float(y)) <= within + 1e-9 for x, y in pairs)


def diff(rules, python, skein, names):
    """A unified diff of two outputs under the rules, as a list of lines; empty if the same."""
    if python.endswith("\n") and skein.endswith("\n"):
        python, skein = python[:-1], skein[:-1]  # No empty line at the end of what is shown.
    python = in_order(python.split("\n"), rules.unordered)
    skein = in_order(skein.split("\n"), rules.unordered)
    if rules.seconds_within:
        for i, (ours, theirs) in enumerate(zip(python, skein)):
            if close_enough(ours, theirs, rules.seconds_within):
                skein[i] = ours
    return list(difflib.unified_diff(python, skein, *names, lineterm=""))


# -- Running ---------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Outcome:
    seconds: float
    output: str
    troubles: list  # What went wrong, in words.
    asked: list  # What the web server was asked for.


class Pictures:
    """What pictures.py does, by a Python that has Pillow."""

    def __init__(self, python):
        self.python = python

    @staticmethod
    def find(pythons):
        """By the first of those Pythons that has Pillow."""
        for python in pythons:
            command = [python, "-I", "-c", "import PIL.Image"]
            if subprocess.run(command, capture_output=True, check=False).returncode == 0:
                return Pictures(python)
        raise Complaint("no Python at hand has Pillow, of which some programs make use (Debian: python3-pil)")

    def call(self, what, folder):
        command = [self.python, "-I", str(HERE / "pictures.py"), what, *([folder] if folder else [])]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def make(self, folder):
        done = self.call("make", folder)
        if done.returncode != 0:
            raise Complaint(f"pictures.py made no pictures:\n{done.stderr}")

    def check(self, folder, name):
        """What is wrong with the thumbnails, in words."""
        done = self.call("check", folder)
        if done.returncode == 0:
            return []
        return [f"{name} made wrong thumbnails:"] + ["  " + line for line in (done.stdout + done.stderr).splitlines()]


def run(command, name, server, time_limit, pictures=None):
    """Runs a program in a folder of its own."""
    environment = {
        key: value
        for key, value in os.environ.items()
        if key.lower() not in ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
    }
    environment[URL_VARIABLE] = server.url
    environment["no_proxy"] = "*"
    server.take_asked()
    troubles = []
    with tempfile.TemporaryDirectory(prefix="skein-demo-") as folder:
        if pictures:
            pictures.make(folder)
        start = time.perf_counter()
        try:
            done = subprocess.run(
                command,
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=time_limit,
            )
            output, error = done.stdout, done.stderr
            if done.returncode < 0:
                troubles.append(f"{name} was ended by {signal.Signals(-done.returncode).name}")
            elif done.returncode > 0:
                troubles.append(f"{name} exited with status {done.returncode}")
        except subprocess.TimeoutExpired as expired:
            output, error = expired.stdout or b"", expired.stderr or b""
            troubles.append(f"{name} did not end within {time_limit:g} s")
        seconds = time.perf_counter() - start
        if pictures:
            troubles += pictures.check(folder, name)
    if not output:
        troubles.append(f"{name} printed nothing")
    if error:
        troubles.append(f"{name} wrote to standard error:")
        troubles += ["  " + line for line in error.decode(errors="replace").splitlines()]
    return Outcome(seconds, output.decode(errors="replace"), troubles, server.take_asked())


def compare(rules, name, python, skein):
    """What is not the same, as a list of lines."""
    names = (f"{name}.py", f"{name}.cc")
    problems = python.troubles + skein.troubles
    problems += diff(rules, python.output, skein.output, names)
    asked = difflib.unified_diff(python.asked, skein.asked, *names, lineterm="")
    asked = list(asked)
    if asked:
        problems.append("The web server was not asked for the same things:")
        problems += asked
    return problems


def find_pythons():
    """All CPythons at hand, the newest first."""
    finder = HERE.parent / "scripts" / "find_python"
    found = subprocess.run([str(finder), "--all"], stdout=subprocess.PIPE, text=True, check=False)
    if found.returncode != 0:
        raise Complaint("no Python to compare with")
    return found.stdout.split()


def find_python():
    """The newest CPython at hand."""
    return find_pythons()[0]


def python_version(python):
    try:
        question = "import sys; print(sys.implementation.name, *sys.version_info[:3])"
        command = [python, "-I", "-c", question]
        answer = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Complaint(f"{python} does not run: {error}") from error
    name, *numbers = answer.stdout.split()
    version = tuple(map(int, numbers))
    if name != "cpython" or version < (3, 11):
        raise Complaint(f"{python} is {name} {'.'.join(numbers)}; it takes CPython 3.11 or newer")
    return ".".join(numbers)


def programs(build, source, only):
    """The names of the programs that were built, in their order."""
    listed = build / "examples" / "programs.txt"
    if not listed.exists():
        raise Complaint(f"no examples are built in {build}; ./dev demo builds them")
    names = listed.read_text(encoding="utf-8").split()
    left_out = build / "examples" / "programs_left_out.txt"  # What this compiler does not build.
    ported = {path.stem for path in source.glob("*.cc")}
    if left_out.exists():
        ported -= set(left_out.read_text(encoding="utf-8").split())
    if ported != set(names):
        difference = ", ".join(sorted(ported ^ set(names)))
        raise Complaint(f"{source}/*.cc and the list in its CMakeLists.txt differ: {difference}")
    unknown = [name for name in only if name not in names]
    if unknown:
        raise Complaint(f"no such program: {', '.join(unknown)}; there are {', '.join(names)}")
    names = [name for name in names if name in only or not only]
    for name in names:
        if not (build / "examples" / name).exists():
            raise Complaint(f"{name} is not built in {build}; ./dev demo builds it")
        if Rules.of(source / f"{name}.py") != Rules.of(source / f"{name}.cc"):
            raise Complaint(f"{name}.py and {name}.cc do not state the same 'demo:' lines")
    return names


def demo(arguments):
    names = programs(arguments.build_dir, arguments.source_dir, arguments.only)
    python = arguments.python or find_python()
    version = python_version(python)
    server = Server()

    width = max(map(len, names + ["program"]))
    print(f"{'program':{width}}  same output?  Python s  skein s", flush=True)
    rows = []
    for name in names:
        print(f"{name:{width}}  ", end="", flush=True)
        original = arguments.source_dir / f"{name}.py"
        port = arguments.build_dir.resolve() / "examples" / name
        rules = Rules.of(original)
        pictures = Pictures.find([python, *find_pythons()]) if rules.pictures else None
        its_python = pictures.python if pictures else python
        # -I: neither the user's Python settings nor his modules.
        command = [its_python, "-I", str(original)]
        ours = run(command, original.name, server, arguments.time_limit, pictures)
        theirs = run([str(port)], f"{name}.cc", server, arguments.time_limit, pictures)
        problems = compare(rules, name, ours, theirs)
        verdict = "NO" if problems else "yes"
        print(f"{verdict:12}  {ours.seconds:8.2f}  {theirs.seconds:7.2f}", flush=True)
        for line in problems:
            print(f"    {line}", flush=True)
        rows.append(
            {
                "program": name,
                "same": not problems,
                "python_s": round(ours.seconds, 4),
                "skein_s": round(theirs.seconds, 4),
            }
        )
    server.shutdown()

    counts = collections.Counter(row["same"] for row in rows)
    print(
        f"\n{counts[True]} of {len(rows)} programs do the same as under CPython {version} "
        f"({python}).\n"
        "Seconds are those of the whole process; most of them are slept on purpose.\n"
        f"To see what one prints: {arguments.build_dir}/examples/NAME and python3 examples/NAME.py "
        "(examples/README.md says more)."
    )
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
    return 1 if counts[False] else 0


def serve():
    server = Server()
    print(f"export {URL_VARIABLE}={server.url}\nServing until Ctrl-C.", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        threading.Event().wait()
    return 0


def check_pictures():
    done = Pictures.find(find_pythons()).call("selftest", "")
    print(done.stdout + done.stderr, end="")
    return done.returncode


def parse(arguments):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    option = parser.add_argument
    path = pathlib.Path
    option("--build-dir", type=path, metavar="DIR", help="where CMake has built")
    option("--json", type=path, metavar="FILE", help="writes the table there as well")
    option("--only", action="append", default=[], metavar="NAME", help="only this program")
    option("--python", metavar="EXE", help="this Python (default: the newest at hand)")
    option("--time-limit", type=float, default=TIME_LIMIT, metavar="S", help="for one run")
    option("--source-dir", type=path, default=HERE, help=argparse.SUPPRESS)
    option("--serve", action="store_true", help="only runs the web server")
    option("--check-pictures", action="store_true", help="only runs the test of pictures.py")
    parsed = parser.parse_args(arguments)
    if not (parsed.serve or parsed.check_pictures) and parsed.build_dir is None:
        parser.error("--build-dir is missing")
    return parsed


def main(arguments):
    # A terminated run takes the program that it waits for with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    parsed = parse(arguments)
    try:
        if parsed.check_pictures:
            return check_pictures()
        return serve() if parsed.serve else demo(parsed)
    except Complaint as complaint:
        print(f"run_demo: {complaint}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
