"""A triple: the original NAME.py, its port NAME.cc, and NAME.expected, what CPython printed."""

import os
import pathlib
import re
import subprocess

FOLDER = pathlib.Path(__file__).resolve().parent
# Seconds for one program; two of them, one after the other, fit into the test's limit of 30.
LIMIT = 14


class Broken(Exception):
    """The test has failed; the text says why."""


class Triple:
    def __init__(self, name, folder=FOLDER):
        self.name = name
        self.original = pathlib.Path(folder) / f"{name}.py"
        self.record = pathlib.Path(folder) / f"{name}.expected"

    def needs(self):
        """The oldest CPython whose output is the recorded one, as the original says in its "# needs:" line."""
        found = re.search(r"^# needs: (\d+)\.(\d+)$", self.original.read_text(encoding="utf-8"), re.MULTILINE)
        if found is None:
            raise Broken(f'{self.original.name} has no line "# needs: 3.N"')
        return int(found[1]), int(found[2])

    def expected(self):
        """What CPython printed, and its version."""
        if not self.record.exists():
            raise Broken(f"{self.record.name} is missing; run record.py {self.name}")
        head, _, text = self.record.read_text(encoding="utf-8").partition("\n")
        found = re.fullmatch(r"# CPython (\d+\.\d+\.\d+)", head)
        if found is None:
            raise Broken(f'the first line of {self.record.name} is not "# CPython X.Y.Z"')
        if not text:
            raise Broken(f"{self.record.name} expects nothing, so that nothing can differ")
        return text, found[1]


def run(command):
    """What `command` prints to stdout. Raises Broken if it fails or takes too long."""
    environment = dict(os.environ, PYTHONDONTWRITEBYTECODE="1", PYTHONIOENCODING="utf-8", PYTHONUNBUFFERED="1")
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    )
    try:
        out, err = process.communicate(timeout=LIMIT)
        failure = f"ended with status {process.returncode}" if process.returncode != 0 else None
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        failure = f"had not ended after {LIMIT} s"
    text = out.decode("utf-8", "replace")
    if failure is not None:
        printed = f"\n--- its output\n{text}--- its errors\n{err.decode('utf-8', 'replace')}"
        raise Broken(f"{' '.join(map(str, command))} {failure}{printed}")
    return text


def version(python):
    """The version of an interpreter as (3, 13, 0); None if it is no CPython or does not run."""
    question = "import sys; print(sys.implementation.name, *sys.version_info[:3])"
    try:
        answer = subprocess.run([python, "-c", question], capture_output=True, text=True, timeout=LIMIT).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.fullmatch(r"cpython (\d+) (\d+) (\d+)\n", answer)
    return tuple(map(int, found.groups())) if found is not None else None


def newest_python():
    """The newest CPython at hand, by the project's one rule, and its version."""
    finder = FOLDER.parent.parent / "scripts" / "find_python"
    found = subprocess.run([finder], capture_output=True, text=True, timeout=LIMIT)
    if found.returncode != 0:
        raise Broken(found.stderr.strip())
    place = found.stdout.strip()
    number = version(place)
    if number is None:
        raise Broken(f"{place} is no CPython")
    return place, number
