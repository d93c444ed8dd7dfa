# thread_excepthook: an exception that leaves a thread goes to threading.excepthook, and to nobody else.
# needs: 3.11
# From: row T3, and bpo-1230540: there was no way to catch what a thread let through.
import threading


class OwnError(Exception):
    pass


calls = []
lines = []
lock = threading.Lock()


def hook(args):
    thread = threading.current_thread()
    with lock:
        calls.append(args.thread == thread)
        lines.append(f"{args.exc_type.__name__}: {args.exc_value} in {args.thread.name}, alive: {thread.is_alive()}")


def print_lines():
    for line in lines:
        print(line)
    lines.clear()


def raise_value():
    raise ValueError("a value")


def raise_own():
    raise OwnError("our own")


def raise_nothing_to_say():
    raise RuntimeError


def raise_from_within():
    try:
        raise_value()
    except ValueError:
        raise_own()


def run(target, name):
    thread = threading.Thread(target=target, name=name)
    thread.start()
    thread.join()
    print_lines()
    print("ended:", thread.is_alive())


threading.excepthook = hook
run(raise_value, "first")
run(raise_own, "second")
run(raise_nothing_to_say, "third")
run(raise_from_within, "fourth")
run(lambda: None, "fifth")


# A class's own run() is no different, nor is a timer.
class Worker(threading.Thread):
    def run(self):
        raise_own()


worker = Worker(name="worker")
worker.start()
worker.join()
print_lines()
timer = threading.Timer(0, raise_value)
timer.name = "timer"
timer.start()
timer.join()
print_lines()

# Several at a time: once each.
threads = [threading.Thread(target=raise_value, name="many") for _ in range(5)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print_lines()
print("calls:", len(calls), all(calls))


# One hook after another; the one that is set when it happens is called.
def other_hook(args):
    lines.append(f"other hook: {args.exc_type.__name__}, {args.exc_value}")


threading.excepthook = other_hook
run(raise_value, "sixth")
threading.excepthook = hook
run(raise_value, "seventh")
print("calls:", len(calls), all(calls))
