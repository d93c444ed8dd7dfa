#!/usr/bin/env python3
"""That async_crawler ends cleanly when it cannot finish, in both languages: on Ctrl-C, and without a server.

    async_crawler_test.py --build-dir DIR [UNITTEST OPTION]...
"""

import os
import pathlib
import signal
import socket
import subprocess
import sys
import threading
import unittest

import run_demo

HERE = pathlib.Path(__file__).resolve().parent
TIME_LIMIT = 20.0  # Seconds, for what takes none.
build_dir = None


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


class Crawler(unittest.TestCase):
    def start(self, command, url):
        """Both write without a buffer, and a Ctrl-C would end them, whatever this process was started with."""
        environment = {**os.environ, run_demo.URL_VARIABLE: url, "no_proxy": "*"}
        environment["PYTHONUNBUFFERED"] = "1"
        process = subprocess.Popen(
            [*command, "1000"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        timer = threading.Timer(TIME_LIMIT, process.kill)
        timer.start()
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.addCleanup(timer.cancel)
        return process

    def each(self):
        """Both programs."""
        python = run_demo.find_python()
        yield "Python", [python, "-I", "-u", str(HERE / "async_crawler.py")]
        yield "skein", [str(build_dir / "examples" / "async_crawler")]

    def test_ctrl_c_cancels_the_downloads_and_prints_the_summary(self):
        for name, command in self.each():
            with self.subTest(name):
                server = HeldServer()
                self.addCleanup(server.released.set)
                process = self.start(command, server.url)
                for _ in range(3):  # As many as may run at once.
                    self.assertTrue(server.waiting.acquire(timeout=TIME_LIMIT))
                process.send_signal(signal.SIGINT)
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
        with socket.socket() as unused:  # Bound, so that nobody else is there, and not listening.
            unused.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{unused.getsockname()[1]}"
            for name, command in self.each():
                with self.subTest(name):
                    process = self.start(command, url)
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
    if len(sys.argv) < 3 or sys.argv[1] != "--build-dir":
        sys.exit(__doc__)
    build_dir = pathlib.Path(sys.argv[2]).resolve()
    # A program that is started while SIGINT is ignored, as by a shell's `&`, would ignore it too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
