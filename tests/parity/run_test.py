#!/usr/bin/env python3
"""Tests of run.py: everything that it demands can be refused. run_test.py BUILD_DIR"""

import sys
import tempfile
import unittest
from pathlib import Path

import names
import probe_files
import run
import source

BUILD_DIR = None  # Set below.


def row(name, kind="method", signature="()"):
    module, _, rest = name.partition(".")
    return names.Row(module, rest, kind, signature, "3.13", "1", "")


ACQUIRE = row("threading.Lock.acquire", signature="(/, blocking=True, timeout=-1)")


def probe_file(text):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "threading.cc")
        path.write_text("#include <skein/threading.h>\nnamespace threading = skein::threading;\n" + text)
        return probe_files.ProbeFile(path)


def probe(text):
    return probe_files.Probe("threading.Lock.acquire", 1, text)


class SourceTest(unittest.TestCase):
    def test_comments_and_strings_are_no_code(self):
        code = source.without_comments_and_strings(
            "a(1'000); // b\n/* c\nd */ e(\"f \\\" g\", 'h', R\"x(i)\" j)x\"); k")
        for gone in "bcdfghij":
            self.assertFalse(source.uses(code, gone), gone)
        for kept in "aek":
            self.assertTrue(source.uses(code, kept), kept)
        self.assertEqual(code.count("\n"), 2)

    def test_calls(self):
        self.assertEqual(source.calls("x.acquire(); x.acquire(true, f(1, 2)); y.reacquire(3);", "acquire"),
                         [[], ["true", "f(1, 2)"]])
        self.assertEqual(source.calls("Queue<int> a; Queue<int> b(10); Queue<std::string> c({.maxsize = 1});", "Queue"),
                         [[], ["10"], ["{.maxsize = 1}"]])

    def test_the_block_at_a_line(self):
        self.assertEqual(source.block_at_line("x\nTEST(A, B) {\n  if (c) { d }\n}\ne", 2), "TEST(A, B) {\n  if (c) { d }\n}")

    def test_a_member_belongs_to_an_object_of_its_class(self):
        def uses(code):
            return source.uses_member(code, "join", "Timer")

        for code in ("threading::Timer timer(1, f); timer.join();",
                     "std::vector<threading::Timer> all; for (auto& each : all) each.join();",
                     "std::vector<Timer> all; all[0].join();",
                     "void f(threading::Timer& t) { t.join(); }",
                     "auto t = std::make_unique<Timer>(1, f); t->join();",
                     "class Mine : public threading::Timer {}; auto m = threading::make<Mine>(); m->join();",
                     "Timer(1, f).join();",
                     "call(&Timer::join, x);"):
            self.assertTrue(uses(code), code)
        for code in ("threading::Timer timer(1, f); thread.join();",
                     "threading::Timer timer(1, f); timer.rejoin();",
                     "threading::Timer timer(1, f); join();",
                     "threading::Thread thread(f); thread.join();"):
            self.assertFalse(uses(code), code)

    def test_an_object_may_come_from_a_function(self):
        def uses(code):
            return source.uses_member(code, "cancel", "Task", ("Job",), ("create_task", "ensure_future"))

        for code in ("auto task = asyncio::create_task(f(), 1); task.cancel();",
                     "const auto task = loop.create_task(f); task.cancel();",
                     "auto task = asyncio::get_running_loop().ensure_future<int>(f); task.cancel();",
                     "asyncio::create_task(f(g(1))).cancel();",
                     "const auto [first, task] = create_task(f); task.cancel();",
                     "asyncio::Job task = f(); task.cancel();"):
            self.assertTrue(uses(code), code)
        for code in ("auto task = asyncio::make_task(f); task.cancel();",
                     "auto task = [] { create_task(f); }; task.cancel();",
                     "auto [first, task] = make_two(f, create_task(f)); task.cancel();",
                     "auto [first, second] = create_task(f); task.cancel();",
                     "auto result = co_await asyncio::create_task(f); result.cancel();",
                     "asyncio::create_task(f); cancel();",
                     "f(asyncio::create_task(f)).cancel();"):
            self.assertFalse(uses(code), code)


class PlanTest(unittest.TestCase):
    def plan(self, signature, kind="method"):
        plan = names.plan_of(row("module.Class.name", kind, signature))
        return set(plan.counts), set(plan.keywords)

    def test_follows_the_signature(self):
        self.assertEqual(self.plan("()"), ({0}, set()))
        self.assertEqual(self.plan(""), ({0}, set()))
        self.assertEqual(self.plan("(/, blocking=True, timeout=-1)"), ({0, 2}, {"blocking", "timeout"}))
        self.assertEqual(self.plan("(item, block=True, timeout=None)"), ({1, 3}, {"block", "timeout"}))
        self.assertEqual(self.plan("(size=0, /)"), ({0, 1}, set()))
        self.assertEqual(self.plan("(a, *, b=1)"), ({1}, {"b"}))
        self.assertEqual(self.plan("(when: Optional[float], what: int = 1) -> None"), ({1, 2}, {"what"}))
        self.assertEqual(self.plan("", "exception"), (set(), set()))


class ShortcomingsTest(unittest.TestCase):
    GOOD = "void f(threading::Lock& l) { l.acquire(); l.acquire(true, 1); l.acquire({.blocking = true, .timeout = 1}); }\n"

    def found(self, text):
        return "; ".join(run.shortcomings(ACQUIRE, probe(text)))

    def test_a_full_probe_has_none(self):
        self.assertEqual(self.found(self.GOOD), "")

    def test_an_empty_probe_has(self):
        self.assertIn("does not use acquire", self.found(""))
        self.assertIn("does not use acquire", self.found("// " + self.GOOD))
        self.assertIn("does not use Lock", self.found(self.GOOD.replace("Lock", "RLock")))

    def test_each_form_is_missed(self):
        self.assertIn("with 0 arguments", self.found(self.GOOD.replace("l.acquire();", "")))
        self.assertIn("with 2 arguments", self.found(self.GOOD.replace("true, 1", "true")))
        self.assertIn(".timeout =", self.found(self.GOOD.replace(", .timeout = 1", "")))
        self.assertIn(".blocking =", self.found(self.GOOD.replace(".blocking = true, ", "")))


class CompilerTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.compiler = run.Compiler(BUILD_DIR)

    def problems(self, text, *rows):
        return run.check_probes(self.compiler, "threading", rows or [ACQUIRE], [probe_file(text)])

    def test_a_good_probe_is_good(self):
        self.assertEqual(self.problems("// probe: threading.Lock.acquire\n" + ShortcomingsTest.GOOD), {})

    def test_no_probe(self):
        self.assertEqual(self.problems(""), {"threading.Lock.acquire": "no probe"})

    def test_a_name_that_is_not_there_is_missing_and_the_others_are_not(self):
        missing = row("threading.Lock.vanish")
        problems = self.problems(
            "// probe: threading.Lock.acquire\n" + ShortcomingsTest.GOOD +
            "// probe: threading.Lock.vanish\nvoid g(threading::Lock& lock) { lock.vanish(); }\n", ACQUIRE, missing)
        self.assertEqual(list(problems), ["threading.Lock.vanish"])
        self.assertIn("vanish", problems["threading.Lock.vanish"])

    def test_a_name_that_is_declared_and_not_defined_is_missing(self):
        missing = row("threading.Lock.vanish")
        problems = self.problems(
            "// probe: threading.Lock.vanish\nstruct Lock { void vanish(); };\nvoid g(Lock& lock) { lock.vanish(); }\n",
            missing)
        self.assertIn("undefined", problems["threading.Lock.vanish"])

    def test_a_probe_that_would_not_notice_is_found_out(self):
        fakes = {
            "a branch that is not compiled":
                "template <class T> void f(threading::Lock& l, T t) { t.acquire(); t.acquire(true, 1); "
                "t.acquire({.blocking = true, .timeout = 1}); }\n",
            "a name of its own":
                "struct O { bool blocking; int timeout; };\n"
                "struct L { bool acquire(); bool acquire(bool, int); bool acquire(O); };\n"
                "inline void f(threading::Lock&, L& l) { l.acquire(); l.acquire(true, 1); "
                "l.acquire({.blocking = true, .timeout = 1}); }\n",
        }
        for what, text in fakes.items():
            with self.subTest(what):
                self.assertIn("spelt wrong", self.problems("// probe: threading.Lock.acquire\n" + text).get(
                    "threading.Lock.acquire", "nothing"))

    def test_a_probe_in_two_places(self):
        file = probe_file(2 * ("// probe: threading.Lock.acquire\n" + ShortcomingsTest.GOOD))
        self.assertEqual(file.problems, ["threading.cc: two probes for threading.Lock.acquire"])

    def test_a_probe_in_two_files(self):
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "threading").mkdir()
            for name in ("a.cc", "b.cc"):
                Path(folder, "threading", name).write_text("// probe: threading.Lock.acquire\n")
            files, errors = probe_files.probe_files(Path(folder), "threading")
        self.assertEqual([file.path.name for file in files], ["a.cc", "b.cc"])
        self.assertEqual(errors, ["threading: probes for threading.Lock.acquire in 2 files"])

    def test_a_probe_of_two_classes_must_hold_for_each(self):
        rows = [row("threading.Lock.locked"), row("threading.Event.locked")]
        text = "// probe: threading.{Lock,Event}.locked\ninline void f(threading::Lock& l) { (void)l.locked(); }\n"
        problems = self.problems(text, *rows)
        self.assertEqual(list(problems), ["threading.Event.locked"])
        self.assertIn("no member named 'locked'", problems["threading.Event.locked"])


class TestsTest(unittest.TestCase):
    def objections(self, code, types="", of=ACQUIRE):
        return "; ".join(run.objections(of, run.Test("t", source.without_comments_and_strings(code), types)))

    def test_a_test_must_use_the_name_and_assert(self):
        self.assertEqual(self.objections("threading::Lock lock; EXPECT_TRUE(lock.acquire());"), "")
        self.assertEqual(self.objections("threading::Lock lock; print{lock.acquire()};"), "")
        self.assertEqual(self.objections("TypeParam lock; EXPECT_TRUE(lock.acquire());", "skein::threading::Lock"), "")
        self.assertIn("does not use acquire", self.objections("threading::Lock lock; EXPECT_TRUE(lock.try_lock());"))
        self.assertIn("does not use acquire", self.objections("threading::Lock lock; EXPECT_TRUE(1) << \"l.acquire()\";"))
        self.assertIn("does not use acquire", self.objections("threading::RLock lock; EXPECT_TRUE(lock.acquire());"))
        self.assertIn("does not use acquire", self.objections("TypeParam lock; EXPECT_TRUE(lock.acquire());", "RLock"))
        self.assertIn("asserts nothing", self.objections("threading::Lock lock; lock.acquire();"))

    def test_a_property_is_read_and_set_if_not_by_the_same_test(self):
        name = row("threading.Thread.name", "property", "")
        code = {"reads": "threading::Thread t; EXPECT_EQ(t.name(), 0);",
                "sets": "threading::Thread t; t.set_name(1); EXPECT_EQ(1, 1);",
                "neither": "threading::Thread t; EXPECT_EQ(name(), set_name());"}

        class Three:
            def get(self, test):
                return run.Test(test, code[test], "")

        def problem(*tests):
            return run.check_tests(Three(), [name], {name.full: tests}, False).get(name.full, "")

        self.assertEqual(problem("reads"), "no test uses set_name")
        self.assertEqual(problem("sets"), "no test uses name")
        self.assertEqual(problem("reads", "sets"), "")
        self.assertIn("neither does not use name of a Thread", problem("reads", "sets", "neither"))

    def test_a_keyword_is_given(self):
        keyword = row("threading.Thread(context=)", "keyword", "context=None")
        self.assertIn(".context =", self.objections("Thread t({}, context); EXPECT_TRUE(1);", of=keyword))
        self.assertIn(".context =", self.objections("o = {.context = c}; EXPECT_TRUE(1);", of=keyword))
        self.assertEqual(self.objections("Thread t({.context = c}, f); EXPECT_TRUE(1);", of=keyword), "")

    def test_entries_are_full_and_unique(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "tests.tsv")
            path.write_text("# a comment\n\na.b\tx, y\na.c\t\na.d\na.b\tz\n")
            given, problems = run.read_tests(path)
        self.assertEqual(given, {"a.b": ["x", "y"]})
        self.assertEqual(problems, ["tests.tsv:4: no test for a.c", "tests.tsv:5: no test for a.d",
                                    "tests.tsv:6: a.b a second time"])

    def test_a_name_without_a_test_or_with_one_that_is_not_there(self):
        class None_:
            def get(self, _):
                return None

        problems = run.check_tests(None_(), [ACQUIRE], {}, False)
        self.assertEqual(problems, {"threading.Lock.acquire": "no test in tests.tsv"})
        problems = run.check_tests(None_(), [ACQUIRE], {"threading.Lock.acquire": ["core.No.Such"]}, False)
        self.assertEqual(problems, {"threading.Lock.acquire": "there is no test core.No.Such"})

    def test_what_fails_or_is_skipped_has_not_passed(self):
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "CTestTestfile.cmake").write_text(
                'add_test(good.one-x/0 "/bin/true")\nadd_test(bad "/bin/false")\n'
                'add_test(skipped "/bin/sh" "-c" "exit 7")\nset_tests_properties(skipped PROPERTIES SKIP_RETURN_CODE 7)\n'
                'add_test(off "/bin/true")\nset_tests_properties(off PROPERTIES DISABLED ON)\n')
            tests = run.Tests(Path(folder))
            names = ["good.one-x/0", "bad", "skipped", "off", "absent"]
            self.assertEqual(tests.run(names), {"bad", "skipped", "off", "absent"})
            self.assertEqual(tests.run([]), set())
            self.assertIsNone(tests.get("absent"))
            self.assertIsNone(tests.get("good.one-x/0"), "its source is not known")


class ModulesTest(unittest.TestCase):
    def test_what_the_compiler_cannot_build_is_left_out(self):
        with tempfile.TemporaryDirectory() as folder:
            for component in ("core", "threading", "queue", "futures"):
                Path(folder, component).mkdir()
            self.assertEqual(run.built_modules(Path(folder)),
                             ["contextvars", "threading", "queue"])
            for component in ("async", "multiprocessing", "process_pool"):
                Path(folder, component).mkdir()
            self.assertEqual(run.built_modules(Path(folder)), list(run.COMPLETE))


class BuildTest(unittest.TestCase):
    """Looks at a test of this build that is there for certain."""

    def test_finds_the_source_of_a_case(self):
        test = run.Tests(BUILD_DIR).get("core.ContextVarTest.HasTheNameItWasGiven")
        self.assertIn("HasTheNameItWasGiven", test.code)
        self.assertTrue(source.uses_member(test.code, "name", "ContextVar"))
        self.assertNotIn("GetGives", test.code)


if __name__ == "__main__":
    BUILD_DIR = Path(sys.argv.pop(1)).resolve()
    unittest.main()
