# A crawler that follows the links of a web site, three downloads at a time, and gives up on a page that
# takes too long. A TaskGroup holds a task for each page, a Queue what is still to be visited.
#
# Ctrl-C ends it early: all tasks are cancelled and waited for, and the summary tells how far it got.
# An argument says how many seconds a page may take.
import asyncio
import os
import re
import sys
import urllib.error
import urllib.request

MAX_DOWNLOADS = 3


def download(url):
    with urllib.request.urlopen(url) as response:
        return response.read().decode()


class Crawler:
    def __init__(self, server, seconds):
        self.server = server
        self.seconds = seconds
        self.queue = asyncio.Queue()
        self.permits = asyncio.Semaphore(MAX_DOWNLOADS)
        self.seen = set()
        self.outcomes = {}
        self.running = 0
        self.most_running = 0

    def add(self, path):
        if path not in self.seen:
            self.seen.add(path)
            self.queue.put_nowait(path)

    async def fetch(self, path):
        loop = asyncio.get_running_loop()
        # The time counts from here, not while it waits for its turn.
        async with self.permits:
            self.running += 1
            self.most_running = max(self.most_running, self.running)
            try:
                async with asyncio.timeout(self.seconds):
                    return await loop.run_in_executor(None, download, self.server + path)
            finally:
                self.running -= 1

    async def visit(self, path):
        try:
            page = await self.fetch(path)
            links = re.findall('href="([^"]*)"', page)
            self.outcomes[path] = f"{len(links)} links"
            for link in links:
                self.add(link)
        except urllib.error.HTTPError as error:
            self.outcomes[path] = f"status {error.code}"
        except TimeoutError:
            self.outcomes[path] = "took too long"
        self.queue.task_done()

    async def visit_all(self, group):
        while True:
            path = await self.queue.get()
            group.create_task(self.visit(path))

    async def crawl(self, first):
        self.add(first)
        async with asyncio.TaskGroup() as group:
            visitor = group.create_task(self.visit_all(group))
            await self.queue.join()
            visitor.cancel()

    def print_summary(self):
        for path, outcome in sorted(self.outcomes.items()):
            print(f"{path}: {outcome}")
        left = len(self.seen) - len(self.outcomes)
        print(f"{len(self.outcomes)} pages visited, {left} left")
        print(f"At most {self.most_running} downloads ran at the same time", flush=True)


async def main(seconds):
    crawler = Crawler(os.environ["SKEIN_DEMO_URL"], seconds)
    try:
        await crawler.crawl("/page/1")
    except* urllib.error.URLError as group:
        print(f"The server is not there: {group.exceptions[0].reason}")
    finally:
        crawler.print_summary()


if __name__ == "__main__":
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1.5
    try:
        asyncio.run(main(seconds))
    except KeyboardInterrupt:
        print("Interrupted")
        sys.exit(130)
