# race: a program that is right by accident, as docs/differences.md shows it: its threads share a number, a list and a
# flag without a lock. race.cc is the plain port, race_mended.cc the one that is right on purpose.
# needs: 3.11
import threading
import time


def in_two_threads(function):
    both = threading.Barrier(2)

    def run():
        both.wait()
        function()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# [count]
counter = 0


def count():
    global counter
    for _ in range(1000):
        counter += 1
# [/count]


# [collect]
results = []


def collect():
    for number in range(3):
        results.append(number)
# [/collect]


# [stop]
class Worker:
    def __init__(self):
        self.running = True

    def run(self):
        while self.running:
            time.sleep(0.001)

    def stop(self):
        self.running = False
# [/stop]


def started_and_stopped():
    worker = Worker()
    thread = threading.Thread(target=worker.run)
    thread.start()
    time.sleep(0.02)
    worker.stop()
    thread.join()


if __name__ == "__main__":
    in_two_threads(count)
    print(counter)
    in_two_threads(collect)
    print(*sorted(results))
    started_and_stopped()
    print("stopped")
