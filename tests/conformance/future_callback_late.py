# future_callback_late: a callback that comes when the future is done is called at once, by whoever adds it.
# needs: 3.11
# From: row F4.
import concurrent.futures as futures
import logging
import threading

from show import outcome


class Handler(logging.Handler):
    def emit(self, record):
        reports.append(record.getMessage().partition(" for ")[0])


reports = []
logging.getLogger("concurrent.futures").addHandler(Handler())
logging.getLogger("concurrent.futures").propagate = False

calls = []


def note(text):
    return lambda f: calls.append((text, threading.current_thread() is threading.main_thread()))


f = futures.Future()
f.set_result(1)
f.add_done_callback(note("finished"))
print(calls)
f = futures.Future()
f.cancel()
f.add_done_callback(note("cancelled"))
print(calls)


def bad(f):
    raise ValueError("late")


print("raises:", outcome(lambda: f.add_done_callback(bad)), reports)

# One that is added by a callback goes before those that were added earlier and have not been called yet.
calls.clear()
f = futures.Future()


def nest(g):
    calls.append("outer begins")
    g.add_done_callback(lambda h: calls.append("inner"))
    calls.append("outer ends")


f.add_done_callback(nest)
f.add_done_callback(lambda g: calls.append("second"))
f.set_result(1)
print(calls)

# Another thread completes the future: it calls them. Late ones are called here.
calls.clear()
f = futures.Future()
f.add_done_callback(note("in time"))
thread = threading.Thread(target=f.set_result, args=(1,))
thread.start()
thread.join()
f.add_done_callback(note("late"))
print(calls)

# Eight threads add while another one sets: each is called, once.
lock = threading.Lock()
good = 0
for round in range(50):
    f = futures.Future()
    barrier = threading.Barrier(9)
    seen = []

    def add(number, f=f, barrier=barrier, seen=seen):
        barrier.wait()
        for i in range(3):

            def called(g, at=number * 3 + i):
                with lock:
                    seen.append(at + g.result())

            f.add_done_callback(called)

    threads = [threading.Thread(target=add, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    barrier.wait()
    f.set_result(100)
    for thread in threads:
        thread.join()
    good += sorted(seen) == list(range(100, 124))
print("each once in", good, "rounds")
