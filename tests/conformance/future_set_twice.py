# future_set_twice: an outcome is set once; who comes later is told, and changes nothing.
# needs: 3.11
# From: row F1, and bpo-33238: a second set_result() took the place of the first one.
import concurrent.futures as futures
import threading

from show import outcome


def attempt(call):
    """The outcome up to the future's address."""
    return str(outcome(call)).partition(" at ")[0]


f = futures.Future()
f.set_result(1)
print(attempt(lambda: f.set_result(2)), f.result())
print(attempt(lambda: f.set_exception(ValueError("late"))), f.result())

f = futures.Future()
f.set_exception(ValueError("first"))
print(attempt(lambda: f.set_result(2)), outcome(f.result))
print(attempt(lambda: f.set_exception(ValueError("second"))), outcome(f.result))

f = futures.Future()
f.cancel()
print(attempt(lambda: f.set_result(2)), f.cancelled())
print(attempt(lambda: f.set_exception(ValueError("late"))), f.cancelled())
f.set_running_or_notify_cancel()
print(attempt(lambda: f.set_result(2)), f.cancelled())

# Eight at once: one wins, and what it has set is there.
lock = threading.Lock()
good = 0
for round in range(100):
    f = futures.Future()
    barrier = threading.Barrier(8)
    winners = []

    def race(number, f=f, barrier=barrier, winners=winners):
        barrier.wait()
        if attempt(lambda: f.set_result(number)) == "None":
            with lock:
                winners.append(number)

    threads = [threading.Thread(target=race, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    good += winners == [f.result()]
print("one winner in", good, "rounds")
