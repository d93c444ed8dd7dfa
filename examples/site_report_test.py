#!/usr/bin/env python3
"""That site_report ends cleanly when it cannot finish, in both languages: on Ctrl-C, and without a server.

    site_report_test.py --build-dir DIR [UNITTEST OPTION]...
"""

import os
import threading

import interrupted
import run_demo
from interrupted import TIME_LIMIT

FIRST = 'most often "ka ri" (96 times)'  # In /text/1.


class HeldHandler(run_demo.Handler):
    """Answers /text/1 at once, /text/many with more than one can count before the Ctrl-C, and the rest when told to."""

    def do_GET(self):
        if self.path == "/text/1":
            self.answer(200, run_demo.text(1))
        elif self.path == "/text/many":
            self.answer(200, 40 * run_demo.text(1))
        else:
            self.server.released.wait()
            self.answer(200, b"too late")


class HeldServer(run_demo.Server):
    def __init__(self):
        self.released = threading.Event()
        super().__init__(HeldHandler)


class SiteReport(interrupted.Case):
    program = "site_report"

    def wait_for(self, process, text):
        """Reads the standard error up to `text`."""
        read = b""
        while text.encode() not in read:
            piece = os.read(process.stderr.fileno(), 1)  # No more than that: the rest is looked at later.
            self.assertNotEqual(piece, b"", read)
            read += piece

    def interrupt(self, paths, when, expected, **how):
        for name, command in self.each():
            with self.subTest(name):
                server = HeldServer()
                self.addCleanup(server.released.set)
                process = self.start([*command, "--progress", *paths], server.url)
                self.wait_for(process, when)
                self.send_ctrl_c(process, **how)
                # The report comes although what blocks is not through.
                self.assertEqual([process.stdout.readline() for _ in expected], expected)
                server.released.set()
                rest, error = process.communicate(timeout=TIME_LIMIT)
                self.assertEqual(rest, "Interrupted\n")
                # The line about the progress is gone, and there is no word about what was cancelled.
                self.assertEqual(error, "\x1b[K\n\x1b[K")  # Python reads \r as \n.
                self.assertEqual(process.returncode, 130)
                self.assert_nothing_is_left(process)

    def test_ctrl_c_ends_it_while_threads_download(self):
        expected = [f"/text/1: 27045 words, 444 different ones, {FIRST}\n", "1 of 6 done, 27045 words\n"]
        paths = ["/text/1", *(f"/text/{i}" for i in range(2, 7))]
        for whole_group in (False, True):
            self.interrupt(paths, "1 of 6 done, 4 loading, 0 counting", expected, whole_group=whole_group)

    def test_ctrl_c_ends_it_while_processes_count(self):
        paths = ["/text/1", "/text/many", "/text/2"]
        expected = [f"/text/1: 27045 words, 444 different ones, {FIRST}\n", "1 of 3 done, 27045 words\n"]
        self.interrupt(paths, "1 of 3 done, 1 loading, 1 counting", expected, whole_group=True)

    def test_a_server_that_is_not_there_fails_the_group(self):
        for name, command in self.each():
            with self.subTest(name):
                process = self.start([*command, "/text/1"], self.unused_url())
                output, error = process.communicate(timeout=TIME_LIMIT)
                self.assertEqual(error, "")
                self.assertEqual(
                    output, "The server is not there: [Errno 111] Connection refused\n0 of 1 done, 0 words\n"
                )
                self.assertEqual(process.returncode, 1)
                self.assert_nothing_is_left(process)


if __name__ == "__main__":
    interrupted.main(__doc__)
