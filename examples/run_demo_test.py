#!/usr/bin/env python3
"""That run_demo.py sees what it should see; a script stands for the compiled port."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import textwrap
import unittest

import run_demo

HERE = pathlib.Path(__file__).resolve().parent


class Order(unittest.TestCase):
    def same(self, rules, python, skein):
        return run_demo.diff(rules, python, skein, ("python", "skein")) == []

    def test_without_a_rule_order_counts(self):
        rules = run_demo.Rules()
        self.assertTrue(self.same(rules, "a\nb\n", "a\nb\n"))
        self.assertFalse(self.same(rules, "a\nb\n", "b\na\n"))

    def test_the_end_of_the_last_line_counts(self):
        self.assertFalse(self.same(run_demo.Rules(), "a\n", "a"))
        self.assertFalse(self.same(run_demo.Rules(), "a\n", "a\r\n"))

    def test_unordered_lines_may_swap_but_not_go_missing(self):
        rules = run_demo.Rules(unordered="^.*$")
        self.assertTrue(self.same(rules, "a\nb\n", "b\na\n"))
        self.assertFalse(self.same(rules, "a\nb\n", "a\n"))
        self.assertFalse(self.same(rules, "a\nb\n", "a\nb\nb\n"))
        self.assertFalse(self.same(rules, "a\nb\n", "a\nc\n"))

    def test_lines_with_the_same_match_keep_their_order(self):
        rules = run_demo.Rules(unordered=r"task (\d)")
        python = "start task 1\nstart task 2\nend task 1\nend task 2\n"
        self.assertTrue(
            self.same(rules, python, "start task 2\nend task 2\nstart task 1\nend task 1\n")
        )
        self.assertFalse(
            self.same(rules, python, "start task 1\nend task 2\nend task 1\nstart task 2\n")
        )

    def test_no_line_passes_one_without_a_match(self):
        rules = run_demo.Rules(unordered=r"task (\d)")
        python = "task 1\ntask 2\nall done\n"
        self.assertTrue(self.same(rules, python, "task 2\ntask 1\nall done\n"))
        self.assertFalse(self.same(rules, python, "task 2\nall done\ntask 1\n"))

    def test_seconds_may_differ_by_so_much_and_nothing_else_may(self):
        rules = run_demo.Rules(seconds_within=0.3)
        self.assertTrue(self.same(rules, "took 0.5 second(s)\n", "took 0.8 second(s)\n"))
        self.assertFalse(self.same(rules, "took 0.5 second(s)\n", "took 0.9 second(s)\n"))
        self.assertFalse(self.same(rules, "took 0.5 second(s)\n", "needed 0.5 second(s)\n"))
        self.assertFalse(self.same(rules, "has 0.5 litres\n", "has 0.6 litres\n"))
        self.assertFalse(self.same(rules, "took 0.5 second(s)\n", "took 0.5 second(s)\nmore\n"))
        self.assertFalse(
            self.same(run_demo.Rules(), "took 0.5 second(s)\n", "took 0.6 second(s)\n")
        )


class Demo(unittest.TestCase):
    """The whole runner."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.source = pathlib.Path(folder.name, "source")
        self.build = pathlib.Path(folder.name, "build")
        self.source.mkdir()
        (self.build / "examples").mkdir(parents=True)

    def add(self, name, python, port, comment="", port_comment=None):
        """A program; `port` is Python that stands for the compiled port."""
        if port_comment is None:
            port_comment = comment
        with open(self.build / "examples" / "programs.txt", "a", encoding="utf-8") as file:
            file.write(name + "\n")
        (self.source / f"{name}.py").write_text(f"# {comment}\n{textwrap.dedent(python)}")
        (self.source / f"{name}.cc").write_text(f"// {port_comment}\n")
        path = self.build / "examples" / name
        path.write_text(f"#!{sys.executable}\n{textwrap.dedent(port)}")
        path.chmod(0o755)

    def demo(self, *options):
        """Runs it on them: (exit status, standard output, standard error, the JSON's rows)."""
        json_file = self.build / "demo.json"
        done = subprocess.run(
            [sys.executable, str(HERE / "run_demo.py"), "--build-dir", str(self.build)]
            + ["--source-dir", str(self.source), "--python", sys.executable]
            + ["--json", str(json_file), *options],
            capture_output=True,
            text=True,
            check=False,
        )
        rows = json.loads(json_file.read_text()) if json_file.exists() else None
        return done.returncode, done.stdout, done.stderr, rows

    def assert_differs(self, *reasons, options=()):
        status, output, _, rows = self.demo(*options)
        self.assertEqual(status, 1, output)
        self.assertEqual([row["same"] for row in rows], [False])
        self.assertRegex(output, r"(?m)^it +NO ")
        for reason in reasons:
            self.assertIn(reason, output)

    def test_what_is_the_same(self):
        self.add("one", "print('a')", "print('a')")
        self.add("another", "print('b')", "print('b')")
        status, output, error, rows = self.demo()
        self.assertEqual((status, error), (0, ""), output)
        self.assertRegex(output, r"(?m)^one +yes +\d+\.\d\d +\d+\.\d\d$")
        self.assertIn("2 of 2 programs", output)
        self.assertEqual([row["program"] for row in rows], ["one", "another"])
        for row in rows:
            self.assertEqual(list(row), ["program", "same", "python_s", "skein_s"])
            self.assertIs(row["same"], True)
            self.assertGreater(row["python_s"], 0)
            self.assertGreater(row["skein_s"], 0)

    def test_one_difference_among_many_fails_and_is_shown(self):
        self.add("one", "print('a')", "print('a')")
        self.add("it", "print('b')\nprint('c')", "print('b')\nprint('d')")
        status, output, _, rows = self.demo()
        self.assertEqual(status, 1)
        self.assertEqual([row["same"] for row in rows], [True, False])
        for line in ["--- it.py", "+++ it.cc", "     b", "    -c", "    +d", "1 of 2 programs"]:
            self.assertIn(line + "\n" if line != "1 of 2 programs" else line, output)
        # Alone, the good one passes.
        self.assertEqual(self.demo("--only", "one")[0], 0)

    def test_rules_come_from_the_first_comment(self):
        self.add("it", "print('a')\nprint('b')", "print('b')\nprint('a')", "demo: unordered")
        self.assertEqual(self.demo()[0], 0)

    def test_rules_must_be_the_same_in_both_files(self):
        self.add("it", "print('a')", "print('a')", "demo: unordered", "")
        status, _, error, _ = self.demo()
        self.assertEqual(status, 2)
        self.assertIn("do not state the same", error)

    def test_a_rule_that_nobody_knows_is_refused(self):
        self.add("it", "print('a')", "print('a')", "demo: whatever you like")
        status, _, error, _ = self.demo()
        self.assertEqual(status, 2)
        self.assertIn("cannot read 'demo: whatever you like'", error)

    def test_an_exit_status_differs(self):
        self.add("it", "print('a')", "print('a')\nraise SystemExit(3)")
        self.assert_differs("it.cc exited with status 3")

    def test_a_failure_in_both_is_not_sameness(self):
        self.add("it", "print('a')\nraise SystemExit(3)", "print('a')\nraise SystemExit(3)")
        self.assert_differs("it.py exited with status 3", "it.cc exited with status 3")

    def test_a_crash_after_the_output_differs(self):
        port = "import os\nprint('a', flush=True)\nos.abort()"
        self.add("it", "print('a')", port)
        self.assert_differs("it.cc was ended by SIGABRT")

    def test_an_error_in_a_thread_differs(self):
        self.add("it", "print('a')", "import sys\nprint('a')\nprint('oops', file=sys.stderr)")
        self.assert_differs("it.cc wrote to standard error:", "oops")

    def test_silence_in_both_is_not_sameness(self):
        self.add("it", "pass", "pass")
        self.assert_differs("it.py printed nothing", "it.cc printed nothing")

    def test_a_port_that_hangs_is_ended(self):
        port = "import os, time\nprint(os.getpid(), flush=True)\ntime.sleep(1000)"
        self.add("it", "print('a')", port)
        self.assert_differs("it.cc did not end within 2 s", options=["--time-limit", "2"])

    def test_a_port_that_does_not_download_differs(self):
        python = """
            import os, urllib.request
            data = urllib.request.urlopen(os.environ["SKEIN_DEMO_URL"] + "/text/1").read()
            print(len(data.split()))
        """
        self.add("it", python, "print(27045)")
        self.assert_differs("The web server was not asked for the same things", "-GET /text/1")

    def test_a_stale_or_missing_build_is_refused(self):
        self.add("it", "print('a')", "print('a')")
        (self.source / "new.cc").write_text("//\n")
        status, _, error, _ = self.demo()
        self.assertEqual(status, 2)
        self.assertIn("differ: new", error)
        (self.source / "new.cc").unlink()
        (self.build / "examples" / "it").unlink()
        status, _, error, _ = self.demo()
        self.assertEqual(status, 2)
        self.assertIn("it is not built", error)

    def test_an_unknown_program_is_refused(self):
        self.add("it", "print('a')", "print('a')")
        status, _, error, _ = self.demo("--only", "that")
        self.assertEqual(status, 2)
        self.assertIn("no such program: that", error)


class Server(unittest.TestCase):
    def test_texts_are_large_and_differ(self):
        first, second = run_demo.text(1), run_demo.text(2)
        self.assertEqual(first, run_demo.text(1))
        self.assertNotEqual(first, second)
        self.assertGreater(len(first), 200_000)
        self.assertGreater(len(first.split()), 20_000)

    def test_it_dies_with_the_runner(self):
        runner = subprocess.Popen(
            [sys.executable, str(HERE / "run_demo.py"), "--serve"],
            stdout=subprocess.PIPE,
            text=True,
        )
        with runner:
            url = runner.stdout.readline().strip().partition("=")[2]
            self.assertRegex(url, r"^http://127\.0\.0\.1:\d+$")
            curl = "import sys, urllib.request as r; print(r.urlopen(sys.argv[1]).status)"
            ask = [sys.executable, "-c", curl, url + "/status/200"]
            environment = {**os.environ, "no_proxy": "*"}
            answer = subprocess.run(ask, env=environment, capture_output=True, check=False)
            self.assertEqual(answer.stdout, b"200\n", answer.stderr)
            runner.kill()
            runner.wait()
            answer = subprocess.run(ask, env=environment, capture_output=True, check=False)
            self.assertIn(b"Connection refused", answer.stderr)


class Table(unittest.TestCase):
    def test_the_readme_lists_the_programs_in_their_order(self):
        lists = (HERE / "CMakeLists.txt").read_text(encoding="utf-8")
        table = (HERE / "README.md").read_text(encoding="utf-8")
        built = re.findall(r"^# -- (.+)$|^program\((\w+)", lists, re.MULTILINE)
        titles = {part for part, _ in built}
        shown = re.findall(r"^## (.+)$|^\| \[(\w+)\]\(\2\.cc\)", table, re.MULTILINE)
        shown = [(part, name) for part, name in shown if part in titles]
        self.assertGreater(len([name for _, name in built if name]), 0)
        self.assertGreater(len(titles), 1)
        self.assertEqual(shown, built)


if __name__ == "__main__":
    unittest.main()
