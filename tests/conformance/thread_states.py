# thread_states: before, while and after a thread runs; what may be done when.
# needs: 3.11
# From: rows T1 (started twice) and T2 (joined too early, joined by itself).
import threading

from show import in_thread, outcome

go = threading.Event()
running = threading.Event()


def work():
    running.set()
    go.wait()


thread = threading.Thread(target=work)
print("new:", thread.is_alive(), thread.ident, thread.native_id)
print("join:", outcome(thread.join))
print("join(0):", outcome(lambda: thread.join(0)))
print("start:", outcome(thread.start))
running.wait()
print("running:", thread.is_alive(), thread.ident is not None, thread.native_id is not None)
print("start:", outcome(thread.start))
print("another thread starts it:", in_thread(thread.start))
print("still running:", thread.is_alive())
go.set()
print("join:", outcome(thread.join))
print("ended:", thread.is_alive(), thread.ident is not None)
print("start:", outcome(thread.start))
print("join:", outcome(thread.join))
print("join(0):", outcome(lambda: thread.join(0)))
print("another thread joins:", in_thread(thread.join))

print("join oneself:", in_thread(lambda: threading.current_thread().join()))
print("join oneself, 0:", in_thread(lambda: threading.current_thread().join(0)))
print("the main thread joins itself:", outcome(threading.current_thread().join))

# No target: it starts and ends.
nothing = threading.Thread()
nothing.start()
nothing.join()
print("no target:", nothing.is_alive())
