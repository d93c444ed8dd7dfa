# event_set_then_clear: set() frees everybody who waits, even if clear() comes at once.
# needs: 3.11
# From: python/cpython#57711: wait() returned False to those whom set() had freed, if clear() came at once.
import threading

from show import until_asleep

event = threading.Event()
results = []
lock = threading.Lock()


def wait(timeout):
    result = event.wait(timeout)
    with lock:
        results.append(result)


def check(timeout):
    for _ in range(3):
        threads = [threading.Thread(target=wait, args=(timeout,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            until_asleep(thread)
        event.set()
        event.clear()
        for thread in threads:
            thread.join()
        print(timeout, results, event.is_set())
        results.clear()


check(None)
check(25)
