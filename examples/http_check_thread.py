# A subclass of Thread puts its work into run(); here it asks a web server and says what came
# back.
#
# Which thread prints first is open.
# demo: unordered (http://\S+)
import os
import threading
import urllib.error
import urllib.request


class HttpCheckThread(threading.Thread):
    def __init__(self, url):
        super().__init__()
        self.url = url

    def run(self):
        print(f"Checking {self.url} now")
        try:
            with urllib.request.urlopen(self.url) as response:
                print(f"{self.url} answered {response.status}")
        except urllib.error.HTTPError as error:
            print(f"{self.url} answered {error.code}, an error")
        except urllib.error.URLError as error:
            print(f"{self.url} did not answer: {error.reason}")


def main():
    server = os.environ["SKEIN_DEMO_URL"]

    good = HttpCheckThread(f"{server}/status/200")
    missing = HttpCheckThread(f"{server}/status/404")
    nobody = HttpCheckThread("http://127.0.0.1:1/")

    good.start()
    missing.start()
    nobody.start()

    good.join()
    missing.join()
    nobody.join()
    print("All checked")


if __name__ == "__main__":
    main()
