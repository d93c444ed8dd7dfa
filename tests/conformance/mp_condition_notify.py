# mp_condition_notify: so many waiters of other processes are woken as are notified, and the lock is held again then.
# needs: 3.11
# From: row T10 (none lost, none kept), and Lib/test/_test_multiprocessing.py, _TestCondition.
from show import until
from show_processes import Forked, context

condition = context.Condition()
ready = context.Semaphore(0)
woken = context.Semaphore(0)


def wait():
    with condition:
        ready.release()
        notified = condition.wait()
        woken.release()
    return notified


with condition:
    condition.notify(5)  # Nobody waits: forgotten.
children = [Forked(wait) for _ in range(4)]
for _ in children:
    ready.acquire()
with condition:
    print("woken:", woken.get_value())
    condition.notify()
until(lambda: woken.get_value() == 1)
with condition:
    condition.notify(2)
until(lambda: woken.get_value() == 3)
with condition:
    print("woken:", woken.get_value())
    condition.notify_all()
print("notified:", [child.said() for child in children], woken.get_value())


def wait_in_vain():
    with condition:
        return condition.wait(0.02)


print("in vain:", Forked(wait_in_vain).said())

# An RLock is given up in all its levels, and taken back in all.
lock = context.RLock()
deep = context.Condition(lock)


def wait_deep():
    lock.acquire()
    lock.acquire()
    ready.release()
    notified = deep.wait()
    lock.release()
    ready.release()
    woken.acquire()
    lock.release()
    return notified


for _ in range(4):
    woken.acquire()
child = Forked(wait_deep)
ready.acquire()
with deep:
    deep.notify()
ready.acquire()
print("held once:", lock.acquire(False))
woken.release()
print("notified:", child.said(), "free:", lock.acquire(True, 5))
