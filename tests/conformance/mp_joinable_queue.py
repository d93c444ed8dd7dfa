# mp_joinable_queue: tasks are counted, whoever does them.
# needs: 3.11
# From: row Q3, and the documentation of JoinableQueue.
import multiprocessing
import os
import threading

from show import outcome, until_asleep

JoinableQueue = multiprocessing.get_context("fork").JoinableQueue

q = JoinableQueue()
print("join of none:", outcome(q.join))
print("task_done of none:", outcome(q.task_done))
q.put(1)
q.put(2)
print("before the get:", outcome(q.task_done))
print("got:", q.get(), q.get())
print("done:", outcome(q.task_done), outcome(q.task_done))
print("join:", outcome(q.join))

# Joiners are freed by the last task, not before.
freed = []
for item in range(3):
    q.put(item)
joiners = [threading.Thread(target=lambda: (q.join(), freed.append("joined"))) for _ in range(2)]
for joiner in joiners:
    joiner.start()
    until_asleep(joiner)
for item in range(3):
    print("item:", q.get(), freed)
    q.task_done()
for joiner in joiners:
    joiner.join()
print("freed:", freed)

# Done by other processes.
results = JoinableQueue()
children = []
for _ in range(3):
    child = os.fork()
    if child == 0:
        while True:
            number = q.get()
            if number < 0:
                q.task_done()
                break
            results.put(number * number)
            q.task_done()
        results.close()
        results.join_thread()
        os._exit(0)
    children.append(child)
for number in range(60):
    q.put(number)
q.join()
print("squares:", sum(results.get() for _ in range(60)))
for _ in children:
    q.put(-1)
q.join()
for child in children:
    os.waitpid(child, 0)
print("too many:", outcome(q.task_done))
for _ in range(60):
    results.task_done()
results.join()
print("end:", q.empty(), results.empty())
