# thread_join_timeouts: join() returns nothing, whatever the time; is_alive() tells.
# needs: 3.11
# From: row T7 (negative only looks), and python/cpython#90882: a thread was taken for dead after a
# join() that ended early.
import threading
import time

from show import outcome

go = threading.Event()
thread = threading.Thread(target=go.wait)
thread.start()
print("-5:", outcome(lambda: thread.join(-5)), thread.is_alive())
print("-0.5:", outcome(lambda: thread.join(-0.5)), thread.is_alive())
print("0:", outcome(lambda: thread.join(0)), thread.is_alive())
print("0.01:", outcome(lambda: thread.join(0.01)), thread.is_alive())
print("keyword:", outcome(lambda: thread.join(timeout=0.01)), thread.is_alive())
begin = time.monotonic()
thread.join(0.05)
print("not before its time:", time.monotonic() - begin >= 0.05)
print("alive, and in the list:", thread.is_alive(), thread in threading.enumerate())
go.set()
print("1000:", outcome(lambda: thread.join(1000)), thread.is_alive())
print("in the list:", thread in threading.enumerate())
print("None:", outcome(lambda: thread.join(None)), thread.is_alive())
print("-5:", outcome(lambda: thread.join(-5)), thread.is_alive())
