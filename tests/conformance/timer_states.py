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

timer = threading.Timer(0, call, [1, 2])
timer.name = "clock"
timer.daemon = True
print("name, daemon:", timer.name, timer.daemon)
timer.start()
timer.join()
timer = threading.Timer(0, call)
timer.start()
timer.join()
print("calls:", calls)

# The function runs in the timer's thread.
seen = []
timer = threading.Timer(0, lambda: seen.append(threading.current_thread()))
timer.start()
timer.join()
print("its thread:", seen[0] == timer, seen[0] == threading.main_thread())

# Ten timers, ten calls.
calls.clear()
timers = [threading.Timer(0.001 * number, call, range(number)) for number in range(10)]
for timer in timers:
    timer.start()
for timer in timers:
    timer.join()
print("calls:", sorted(calls))
