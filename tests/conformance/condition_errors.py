# condition_errors: waiting and notifying without the lock.
# needs: 3.11
# From: rows T6 and T9.
import threading

from show import in_thread, outcome


def check(condition):
    print("wait:", outcome(condition.wait))
    print("wait(0):", outcome(lambda: condition.wait(0)))
    print("wait_for, false:", outcome(lambda: condition.wait_for(lambda: False)))
    print("wait_for, true:", outcome(lambda: condition.wait_for(lambda: True)))
    print("notify:", outcome(condition.notify))
    print("notify(0):", outcome(lambda: condition.notify(0)))
    print("notify_all:", outcome(condition.notify_all))
    print("release:", outcome(condition.release))

    print("acquire:", condition.acquire())
    print("notify:", outcome(condition.notify))
    print("notify(5):", outcome(lambda: condition.notify(5)))
    print("notify(-1):", outcome(lambda: condition.notify(-1)))
    print("notify_all:", outcome(condition.notify_all))
    print("wait(0):", outcome(lambda: condition.wait(0)))
    # A Lock has no owner, so that a thread may notify while another one holds it.
    print("another thread notifies:", in_thread(condition.notify))
    print("another thread notifies all:", in_thread(condition.notify_all))
    print("another thread acquires:", in_thread(lambda: condition.acquire(False)))
    print("release:", outcome(condition.release))
    print("notify:", outcome(condition.notify))
    print("release once more:", outcome(condition.release))


print("its own RLock")
check(threading.Condition())
print("an RLock")
check(threading.Condition(threading.RLock()))
print("a Lock")
check(threading.Condition(threading.Lock()))
