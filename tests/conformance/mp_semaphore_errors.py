# mp_semaphore_errors: what a Semaphore of multiprocessing counts and refuses.
# needs: 3.11
# From: rows P6 (a permit goes with the process that has it) and T12.
from show import in_thread, outcome
from show_processes import context, in_process


def kind(call):
    return str(outcome(call)).partition(":")[0]


print("negative:", kind(lambda: context.Semaphore(-1)))
print("too many:", kind(lambda: context.Semaphore(2**31)))
most = context.Semaphore(2**31 - 1)
print("the most:", most.get_value(), outcome(most.release), most.get_value())
print("by default:", context.Semaphore().get_value(), context.Semaphore(value=3).get_value())

semaphore = context.Semaphore(0)
print("none:", semaphore.acquire(False), semaphore.acquire(True, 0), semaphore.acquire(True, 0.01))
print("negative:", semaphore.acquire(True, -1), semaphore.acquire(timeout=-7))
print("a useless timeout:", semaphore.acquire(False, 5))
for _ in range(3):
    semaphore.release()
print("released thrice:", semaphore.get_value())
print("taken:", semaphore.acquire(), semaphore.acquire(True, -1), semaphore.get_value())
print("another thread:", in_thread(semaphore.release), in_thread(semaphore.acquire), semaphore.get_value())
print("a child releases:", in_process(semaphore.release), semaphore.get_value())
print("a child takes one along:", in_process(semaphore.acquire), semaphore.get_value())
print("and the last:", in_process(lambda: semaphore.acquire(False)), semaphore.get_value())
print("none for a child:", in_process(lambda: semaphore.acquire(True, 0.01)))
with most:
    print("with:", most.get_value())
print("after it:", most.get_value())
