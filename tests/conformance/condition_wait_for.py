# condition_wait_for: what wait_for returns, and how often it asks.
# needs: 3.11
# From: rows T7 and T21 (the predicate raises; the lock is held on exit).
import threading

from show import in_thread, outcome

condition = threading.Condition()
calls = []


def never():
    calls.append(None)
    return False


def third_time():
    calls.append(None)
    return len(calls) >= 3


def number():
    calls.append(None)
    return 7


def raises():
    calls.append(None)
    if len(calls) == 2:
        raise ValueError("no answer")
    return False


def ask(predicate, timeout):
    calls.clear()
    result = outcome(lambda: condition.wait_for(predicate, timeout))
    return f"{result}, {len(calls)} calls"


with condition:
    print("never, -5:", ask(never, -5))
    print("never, 0:", ask(never, 0))
    print("never, 0.01:", condition.wait_for(never, 0.01))
    print("third time, 0:", ask(third_time, 0))
    print("number, 0:", ask(number, 0))
    print("number, None:", ask(number, None))
    print("raises, 0.01:", ask(raises, 0.01))
    print("the lock is held:", outcome(condition.notify))
    print("free for others:", in_thread(lambda: condition.acquire(False)))


# Every notification makes it ask again; it goes on when the answer is true.
def tell():
    for _ in range(3):
        with condition:
            news.append(None)
            condition.notify()
        asked.acquire()


def has_three():
    asked.release()
    return len(news) >= 3


news = []
asked = threading.Semaphore(0)
with condition:
    thread = threading.Thread(target=tell)
    thread.start()
    print("three news:", condition.wait_for(has_three), len(news))
    print("with a timeout:", condition.wait_for(has_three, 100))
    print("keyword:", condition.wait_for(has_three, timeout=100))
thread.join()
