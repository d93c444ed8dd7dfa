#!/usr/bin/env python3
"""That async_crawler ends cleanly when it cannot finish, in both languages: on Ctrl-C, and without a server.

    async_crawler_test.py --build-dir DIR [UNITTEST OPTION]...
"""

import threading

import interrupted
import run_demo
from interrupted import TIME_LIMIT


class HeldHandler(run_demo.Handler):
    def do_GET(self):
        if self.path != "/page/1":
            self.server.waiting.release()
            self.server.released.wait()
        super().do_GET()


class HeldServer(run_demo.Server):
    """Answers /page/1 at once, and no other page before it is told to."""

    def __init__(self):
        self.waiting = threading.Semaphore(0)  # One for each page that was asked for and is held.
        self.released = threading.Event()
        super().__init__(HeldHandler)


class Crawler(interrupted.Case):
    program = "async_crawler"

    def test_ctrl_c_cancels_the_downloads_and_prints_the_summary(self):
        for name, command in self.each():
            with self.subTest(name):
                server = HeldServer()
                self.addCleanup(server.released.set)
                process = self.start([*command, "1000"], server.url)
                for _ in range(3):  # As many as may run at once.
                    self.assertTrue(server.waiting.acquire(timeout=TIME_LIMIT))
                self.send_ctrl_c(process)
                # The summary comes although no download is through, and without a word about them.
                expected = [
                    "/page/1: 4 links\n",
                    "1 pages visited, 4 left\n",
                    "At most 3 downloads ran at the same time\n",
                ]
                self.assertEqual([process.stdout.readline() for _ in expected], expected)
                server.released.set()
                rest, error = process.communicate(timeout=TIME_LIMIT)
                self.assertEqual((rest, error), ("Interrupted\n", ""))
                self.assertEqual(process.returncode, 130)

    def test_a_server_that_is_not_there_fails_the_group(self):
        for name, command in self.each():
            with self.subTest(name):
                process = self.start([*command, "1000"], self.unused_url())
                output, error = process.communicate(timeout=TIME_LIMIT)
                self.assertEqual(error, "")
                self.assertEqual(
                    output,
                    "The server is not there: [Errno 111] Connection refused\n"
                    "0 pages visited, 1 left\n"
                    "At most 1 downloads ran at the same time\n",
                )
                self.assertEqual(process.returncode, 0)


if __name__ == "__main__":
    interrupted.main(__doc__)
