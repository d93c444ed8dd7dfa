# How a thread returns values: a subclass of Thread keeps them in its object, and whoever has
# joined it reads them.
import os
import threading
import urllib.error
import urllib.request


class HttpStatusThread(threading.Thread):
    def __init__(self, url):
        super().__init__()
        self.url = url
        self.status = None
        self.reason = None

    def run(self):
        try:
            with urllib.request.urlopen(self.url) as response:
                self.status = response.status
        except urllib.error.HTTPError as error:
            self.status = error.code
        except urllib.error.URLError as error:
            self.reason = error.reason


def main():
    server = os.environ["SKEIN_DEMO_URL"]
    urls = [
        f"{server}/status/200",
        f"{server}/status/404",
        f"{server}/status/503",
        "http://127.0.0.1:1/",
    ]

    threads = [HttpStatusThread(url) for url in urls]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    for thread in threads:
        print(f"{thread.url}: status {thread.status}, reason {thread.reason}")


if __name__ == "__main__":
    main()
