# One thread downloads a text; when it has raised the Event, another counts the words of the file.
#
# Which thread prints its first line first is open.
# demo: unordered ^(Downloading|Waiting)
import os
import threading
import urllib.request


def download(url, path, event):
    print(f"Downloading {url}")
    with urllib.request.urlopen(url) as response:
        data = response.read()
    with open(path, "wb") as file:
        file.write(data)
    print(f"Saved {len(data)} bytes")
    event.set()


def count_words(path, event):
    print("Waiting for the download")
    event.wait()
    words = 0
    lines = 0
    with open(path, encoding="ascii") as file:
        for line in file:
            words += len(line.split())
            lines += 1
    print(f"The text has {words} words in {lines} lines")


def main():
    url = os.environ["SKEIN_DEMO_URL"] + "/text/1"
    path = "text-1.txt"
    event = threading.Event()

    downloader = threading.Thread(target=download, args=(url, path, event))
    counter = threading.Thread(target=count_words, args=(path, event))
    counter.start()
    downloader.start()

    downloader.join()
    counter.join()
    print("The main thread is done")


if __name__ == "__main__":
    main()
