# timer_states: a timer is a thread, with its states, names and errors.
# needs: 3.11
# From: row T1, and bpo-17435: timers that were given no arguments shared one list of them.
import threading

from show import in_thread, outcome

calls = []


def call(*args):
    calls.append(len(args))


timer = threading.Timer(1000, call)
print("new:", timer.is_alive(), timer.ident, timer.daemon)
print("join:", outcome(timer.join))
print("start:", outcome(timer.start))
print("started:", timer.is_alive(), timer.ident is not None, timer in threading.enumerate())
print("start:", outcome(timer.start))
print("join(0.01):", outcome(lambda: timer.join(0.01)), timer.is_alive())
timer.cancel()
print("join:", outcome(timer.join))
print("ended:", timer.is_alive(), timer in threading.enumerate())
print("start:", outcome(timer.start))
print("another thread joins:", in_thread(timer.join))
print("calls:", calls)

clock = threading.Timer(0, call, [1, 2])
clock.name = "clock"
clock.daemon = True
print("name, daemon:", clock.name, clock.daemon)
clock.start()
clock.join()
bare = threading.Timer(0, call)
bare.start()
bare.join()
print("calls:", calls)

# The function runs in the timer's thread.
seen = []
me = threading.Timer(0, lambda: seen.append(threading.current_thread()))
me.start()
me.join()
print("its thread:", seen[0] == me, seen[0] == threading.main_thread())


# Ten timers, ten calls.
def note(number):
    with lock:
        calls.append(number)


lock = threading.Lock()
calls.clear()
timers = [threading.Timer(0.001 * number, note, [number]) for number in range(10)]
for each in timers:
    each.start()
for each in timers:
    each.join()
print("calls:", sorted(calls))
