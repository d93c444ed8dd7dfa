# Six downloads at once, of which a Semaphore lets three through at a time.
#
# Which thread prints first is open.
# demo: unordered (text \d)
import os
import threading
import urllib.request

MAX_DOWNLOADS = 3

semaphore = threading.Semaphore(MAX_DOWNLOADS)

# How many downloads run now, and how many ran at most; guarded by the lock.
lock = threading.Lock()
running = 0
most_running = 0


def download(server, number):
    global running, most_running

    with semaphore:
        with lock:
            running += 1
            most_running = max(most_running, running)

        print(f"Downloading text {number}")
        with urllib.request.urlopen(f"{server}/text/{number}") as response:
            data = response.read()
        print(f"Finished text {number}: {len(data)} bytes")

        with lock:
            running -= 1


def main():
    server = os.environ["SKEIN_DEMO_URL"]

    threads = []
    for number in range(1, 7):
        thread = threading.Thread(target=download, args=(server, number))
        thread.start()
        threads.append(thread)

    for thread in threads:
        thread.join()
    print(f"At most {most_running} downloads ran at the same time")


if __name__ == "__main__":
    main()
