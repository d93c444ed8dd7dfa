# condition_notify_order: who has waited longest is notified first; notify(n) notifies n.
# needs: 3.11
# From: python/cpython#92530: an interrupted notify() left in line a waiter that had been notified already.
import threading

condition = threading.Condition()
waiting = threading.Semaphore(0)
returned = threading.Semaphore(0)
order = []


def wait(number):
    with condition:
        waiting.release()
        notified = condition.wait()
        order.append((number, notified))
    returned.release()


# A thread gives the lock up only when it stands in line.
threads = []
for number in range(10):
    thread = threading.Thread(target=wait, args=(number,))
    thread.start()
    waiting.acquire()
    with condition:
        threads.append(thread)


def notify(n):
    with condition:
        condition.notify(n)
    for _ in range(n):
        returned.acquire()
    with condition:
        print("notify", n, sorted(order), len(order))
        order.clear()


notify(1)
notify(1)
notify(3)
with condition:
    condition.notify()
returned.acquire()
with condition:
    print("notify", order)
    order.clear()
notify(2)
with condition:
    condition.notify(0)
    condition.notify(-3)
notify(1)
with condition:
    condition.notify(100)
for thread in threads:
    thread.join()
print("notify(100)", order)
