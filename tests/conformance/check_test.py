#!/usr/bin/env python3
"""Tests check.py and triple.py: what differs, fails, hangs or is badly written must not pass."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

import triple

HEAD = "# CPython 3.13.0\n"
ORIGINAL = '# needs: {}\nprint("one")\nprint("two")\n'
AGREES = "printf 'one\\ntwo\\n'"


class CheckTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def check(self, program=AGREES, expected=HEAD + "one\ntwo\n", original=ORIGINAL.format("3.11")):
        """The exit status of check.py for this triple, and all that it says."""
        (self.folder / "it.py").write_text(original, encoding="utf-8")
        if expected is not None:
            (self.folder / "it.expected").write_text(expected, encoding="utf-8")
        port = self.folder / "it"
        port.write_text(f"#!/bin/sh\n{program}\n", encoding="utf-8")
        port.chmod(0o755)
        command = [sys.executable, triple.FOLDER / "check.py", "it", "--program", port]
        command += ["--folder", self.folder, "--python", sys.executable]
        ended = subprocess.run(command, capture_output=True, text=True)
        return ended.returncode, ended.stdout + ended.stderr

    def assert_fails(self, why, **of):
        status, said = self.check(**of)
        self.assertNotEqual(status, 0, said)
        self.assertIn(why, said)

    def test_the_same(self):
        status, said = self.check()
        self.assertEqual(status, 0, said)
        self.assertIn("has it now", said)

    def test_another_line(self):
        self.assert_fails("-two\n+three", program="printf 'one\\nthree\\n'")

    def test_a_line_missing(self):
        self.assert_fails("-two", program="echo one")

    def test_a_line_too_many(self):
        self.assert_fails("+three", program=AGREES + "; echo three")

    def test_no_newline_at_the_end(self):
        self.assert_fails("differ", program="printf 'one\\ntwo'")

    def test_nothing_printed(self):
        self.assert_fails("differ", program=":")

    def test_right_but_failing(self):
        self.assert_fails("ended with status 3", program=AGREES + "; exit 3")

    def test_right_but_killed(self):
        self.assert_fails("ended with status -9", program=AGREES + "; kill -9 $$")

    def test_its_complaint_is_shown(self):
        self.assert_fails("something was wrong", program="echo something was wrong >&2; exit 1")

    def test_the_original_changed(self):
        self.assert_fails("now", original='# needs: 3.11\nprint("one")\nprint("2")\n')

    def test_the_original_fails(self):
        self.assert_fails("ended with status 1", original=ORIGINAL.format("3.11") + "raise SystemExit(1)\n")

    def test_an_original_that_needs_a_newer_python_is_not_asked(self):
        newer = ORIGINAL.format(f"3.{sys.version_info.minor + 1}") + 'print("three")\n'
        status, said = self.check(original=newer, expected="# CPython 3.99.0\none\ntwo\n")
        self.assertEqual(status, 0, said)
        self.assertIn("too old to be asked", said)

    def test_no_word_on_what_it_needs(self):
        self.assert_fails("has no line", original='print("one")\nprint("two")\n')

    def test_no_record(self):
        self.assert_fails("is missing", expected=None)

    def test_a_record_without_a_version(self):
        self.assert_fails("first line", expected="one\ntwo\n")

    def test_a_record_that_is_too_old(self):
        self.assert_fails("too old for it", expected="# CPython 3.10.13\none\ntwo\n")

    def test_an_empty_record(self):
        self.assert_fails("expects nothing", expected=HEAD, program=":")

    def test_a_hang(self):
        limit = triple.LIMIT
        self.addCleanup(setattr, triple, "LIMIT", limit)
        triple.LIMIT = 1
        with self.assertRaisesRegex(triple.Broken, "(?s)had not ended after 1 s.*so far"):
            triple.run([sys.executable, "-c", "import time; print('so far', flush=True); time.sleep(60)"])


class TreeTest(unittest.TestCase):
    """Every triple is whole, and every one is declared in CMakeLists.txt."""

    def test_triples(self):
        declared = set((triple.FOLDER / "CMakeLists.txt").read_text(encoding="utf-8").split())
        recorded = {path.stem for path in triple.FOLDER.glob("*.expected")}
        ports = {path.stem for path in triple.FOLDER.glob("*.cc")} - {"print"}
        originals = {path.stem for path in triple.FOLDER.glob("*.py")}
        originals -= {"check", "check_test", "record", "show", "show_groups", "show_processes", "triple"}
        self.assertEqual(recorded, originals)
        self.assertEqual(ports, originals)
        self.assertEqual(originals - declared, set())
        self.assertGreaterEqual(len(originals), 36)
        table = (triple.FOLDER / "README.md").read_text(encoding="utf-8")
        for name in originals:
            self.assertIn(f"\n| {name} |", table)
            head = (triple.FOLDER / f"{name}.py").read_text(encoding="utf-8").splitlines()[:3]
            self.assertTrue(head[0].startswith(f"# {name}: "), name)
            self.assertTrue(any(line.startswith("# From: ") for line in head), name)
            triple.Triple(name).needs()
            triple.Triple(name).expected()


if __name__ == "__main__":
    unittest.main()
