# mp_bounded_semaphore: a BoundedSemaphore of multiprocessing never has more permits than at first.
# needs: 3.11
# From: row T12, and Lib/test/_test_multiprocessing.py, _TestSemaphore.
from show import in_thread, outcome
from show_processes import context, in_process

semaphore = context.BoundedSemaphore(2)
print("at first:", semaphore.get_value(), outcome(semaphore.release), semaphore.get_value())
print("two:", semaphore.acquire(), semaphore.acquire(False), semaphore.acquire(False), semaphore.get_value())
print("a child releases:", in_process(semaphore.release), semaphore.get_value())
print("a thread releases:", in_thread(semaphore.release), semaphore.get_value())
print("too often:", outcome(semaphore.release), in_process(semaphore.release), in_thread(semaphore.release))
print("unchanged:", semaphore.get_value())
none = context.BoundedSemaphore(0)
print("none:", none.get_value(), none.acquire(False), none.acquire(True, 0.01), outcome(none.release))
one = context.BoundedSemaphore()
print("by default:", one.get_value(), outcome(one.release))
with one:
    print("with:", one.get_value())
print("after it:", one.get_value())
