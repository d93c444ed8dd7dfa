# A report on the texts of a web site, by all that there is: a loop with a task for each text, threads for what blocks,
# processes for what computes, a line about the progress, and a clean Ctrl-C.
#
#     site_report [--progress] [PATH]...
#
# A program to begin with: put what blocks in the place of download(), what computes in that of count(). Ctrl-C ends it
# early: what waits is dropped, what runs in a thread or a process comes to its end, the report tells of what was done,
# and the exit status is 130. The line about the progress is for a terminal, and for who asks for it.
import asyncio
import collections
import contextlib
import dataclasses
import multiprocessing
import os
import signal
import sys
import urllib.error
import urllib.request
from concurrent import futures

PATHS = ["/text/1", "/text/2", "/text/3", "/text/4", "/status/404", "/text/5", "/text/6", "/text/7", "/text/8"]
MAX_TEXTS = 4  # In memory at the same time.
MAX_WORKERS = 2


# Blocks, so it is called in a thread.
def download(url):
    with urllib.request.urlopen(url) as response:
        return response.read().decode()


@dataclasses.dataclass
class Counts:
    words: int
    different: int
    pair: str  # The two words that most often follow one another.
    times: int


# Computes, so it is called in a process.
def count(text):
    words = text.split()
    pairs = collections.Counter(f"{first} {second}" for first, second in zip(words, words[1:]))
    pair, times = min(pairs.items(), key=lambda item: (-item[1], item[0]), default=("", 0))
    return Counts(len(words), len(set(words)), pair, times)


# A terminal sends the Ctrl-C to the workers as well, which leave it to the main process.
def start_worker():
    signal.signal(signal.SIGINT, signal.SIG_IGN)


class Report:
    def __init__(self, server, paths, show_progress):
        self.server = server
        self.paths = paths
        self.show_progress = show_progress
        self.permits = asyncio.Semaphore(MAX_TEXTS)
        self.lines = {}  # By the number of the path.
        self.words = 0
        self.now = {"loading": 0, "counting": 0}

    def progress(self):
        if self.show_progress:
            now = f"{self.now['loading']} loading, {self.now['counting']} counting"
            print(f"\r{len(self.lines)} of {len(self.paths)} done, {now}\x1b[K", end="", file=sys.stderr, flush=True)

    @contextlib.contextmanager
    def stage(self, name):
        self.now[name] += 1
        self.progress()
        try:
            yield
        finally:
            self.now[name] -= 1

    async def add(self, number, threads, processes):
        loop = asyncio.get_running_loop()
        async with self.permits:
            try:
                with self.stage("loading"):
                    text = await loop.run_in_executor(threads, download, self.server + self.paths[number])
                with self.stage("counting"):
                    counts = await loop.run_in_executor(processes, count, text)
                most = f'most often "{counts.pair}" ({counts.times} times)'
                self.lines[number] = f"{counts.words} words, {counts.different} different ones, {most}"
                self.words += counts.words
            except urllib.error.HTTPError as error:
                self.lines[number] = f"status {error.code}"
            self.progress()

    async def add_all(self, threads, processes):
        async with asyncio.TaskGroup() as group:
            for number in range(len(self.paths)):
                group.create_task(self.add(number, threads, processes))

    def print(self):
        if self.show_progress:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
        for number, line in sorted(self.lines.items()):
            print(f"{self.paths[number]}: {line}")
        print(f"{len(self.lines)} of {len(self.paths)} done, {self.words} words", flush=True)


# Returns the exit status.
async def main(paths, show_progress):
    report = Report(os.environ["SKEIN_DEMO_URL"], paths, show_progress)
    status = 0
    context = multiprocessing.get_context("forkserver")
    with (
        futures.ThreadPoolExecutor(MAX_TEXTS) as threads,
        futures.ProcessPoolExecutor(MAX_WORKERS, context, start_worker) as processes,
    ):
        try:
            await report.add_all(threads, processes)
        except* urllib.error.URLError as group:
            print(f"The server is not there: {group.exceptions[0].reason}")
            status = 1
        finally:
            report.print()
    return status


if __name__ == "__main__":
    arguments = sys.argv[1:]
    show_progress = "--progress" in arguments or sys.stderr.isatty()
    paths = [argument for argument in arguments if argument != "--progress"]
    try:
        sys.exit(asyncio.run(main(paths or PATHS, show_progress)))
    except KeyboardInterrupt:
        print("Interrupted")
        sys.exit(130)
