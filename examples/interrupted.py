"""What the tests of programs that end by Ctrl-C share: async_crawler_test.py and site_report_test.py."""

import contextlib
import os
import pathlib
import signal
import socket
import subprocess
import sys
import threading
import time
import unittest

import run_demo

HERE = pathlib.Path(__file__).resolve().parent
TIME_LIMIT = 20.0  # Seconds, for what takes none.
build_dir = None


class Case(unittest.TestCase):
    program = None  # Its name.

    def each(self):
        """Both programs, by name and command."""
        python = run_demo.find_python()
        yield "Python", [python, "-I", "-u", str(HERE / f"{self.program}.py")]
        yield "skein", [str(build_dir / "examples" / self.program)]

    def start(self, command, url):
        """In a process group of its own. Both write without a buffer, and a Ctrl-C would end them, whatever this
        process was started with."""
        environment = {**os.environ, run_demo.URL_VARIABLE: url, "no_proxy": "*"}
        environment["PYTHONUNBUFFERED"] = "1"
        process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            process_group=0,
        )
        timer = threading.Timer(TIME_LIMIT, self.kill_all, [process])
        timer.start()
        self.addCleanup(process.wait)
        self.addCleanup(self.kill_all, process)
        self.addCleanup(timer.cancel)
        return process

    def kill_all(self, process):
        """All of its group: a process that is left would keep the pipes open."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)

    def unused_url(self):
        """Of a server that is not there."""
        unused = socket.socket()
        self.addCleanup(unused.close)
        unused.bind(("127.0.0.1", 0))  # Bound, so that nobody else is there, and not listening.
        return f"http://127.0.0.1:{unused.getsockname()[1]}"

    def send_ctrl_c(self, process, whole_group=False):
        """To the program alone, as kill does it, or to all of its processes, as a terminal does."""
        if whole_group:
            os.killpg(process.pid, signal.SIGINT)
        else:
            process.send_signal(signal.SIGINT)

    def assert_nothing_is_left(self, process):
        """No process of its group is there any more. Python's own helpers may take a moment."""
        end = time.monotonic() + TIME_LIMIT
        while time.monotonic() < end:
            try:
                os.killpg(process.pid, 0)
            except ProcessLookupError:
                return
            time.sleep(0.01)
        self.fail(f"a process of {self.program} is left")


def main(usage):
    global build_dir
    if len(sys.argv) < 3 or sys.argv[1] != "--build-dir":
        sys.exit(usage)
    build_dir = pathlib.Path(sys.argv[2]).resolve()
    # A program that is started while SIGINT is ignored, as by a shell's `&`, would ignore it too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    unittest.main(module="__main__", argv=[sys.argv[0], *sys.argv[3:]])
