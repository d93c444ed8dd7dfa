# threads: begun, waited for, stopped, each with what is its own, as docs/porting_threads.md shows it.
# needs: 3.11
import threading
import time


# [start]
def square(numbers, i):
    numbers[i] = numbers[i] * numbers[i]


def squares():
    numbers = [1, 2, 3, 4]
    threads = [threading.Thread(target=square, args=(numbers, i)) for i in range(len(numbers))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(*numbers)
# [/start]


# [stop]
class Poller:
    def __init__(self):
        self.rounds = 0
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.run, name="poller")
        self.thread.start()

    def run(self):
        while not self.stopping.wait(0.01):
            self.rounds += 1

    def close(self):
        self.stopping.set()
        self.thread.join()


def poll():
    poller = Poller()
    time.sleep(0.1)
    poller.close()
    print(poller.thread.name, poller.thread.is_alive(), poller.rounds > 0)
# [/stop]


# [daemon]
def watch(ticked):
    while True:
        ticked.set()
        time.sleep(0.01)


def in_the_background():
    ticked = threading.Event()
    watcher = threading.Thread(target=watch, args=(ticked,), daemon=True)
    watcher.start()
    ticked.wait()
    print(watcher.daemon, watcher.is_alive())
# [/daemon]


# [subclass]
class Counter(threading.Thread):
    def __init__(self, text, letter):
        super().__init__(name=f"counter of {letter}")
        self.text = text
        self.letter = letter
        self.found = 0

    def run(self):
        self.found = self.text.count(self.letter)


def letters():
    counters = [Counter("abracadabra", letter) for letter in "abr"]
    for counter in counters:
        counter.start()
    for counter in counters:
        counter.join()
        print(f"{counter.name}: {counter.found}")
# [/subclass]


# [local]
request = threading.local()


def where():
    return f"{request.user} in {threading.current_thread().name}"


def handle(user, answers, i):
    request.user = user
    answers[i] = where()


def requests():
    request.user = "root"
    answers = [None, None]
    threads = [
        threading.Thread(target=handle, args=(user, answers, i), name=f"handler {i}")
        for i, user in enumerate(["ann", "bob"])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(answers[0], answers[1], request.user, sep=", ")
# [/local]


# [excepthook]
def log(args):
    print(f"{args.thread.name} ended by {args.exc_type.__name__}: {args.exc_value}")


def fail():
    raise ValueError("no such file")


def failing():
    threading.excepthook = log
    thread = threading.Thread(target=fail, name="reader")
    thread.start()
    thread.join()
    threading.excepthook = threading.__excepthook__
# [/excepthook]


# [timer]
def alarms():
    rung = threading.Event()
    alarm = threading.Timer(0.01, rung.set)
    alarm.start()
    print(rung.wait(timeout=5))

    rung.clear()
    never = threading.Timer(3600, rung.set)
    never.start()
    never.cancel()
    never.join()
    print(rung.is_set())
# [/timer]


if __name__ == "__main__":
    squares()
    poll()
    in_the_background()
    letters()
    requests()
    failing()
    alarms()
