# pool_map_error: an error in the middle comes in its turn, ends the iteration, and cancels what has not begun.
# needs: 3.11
# From: row F14, and the documentation of Executor.map.
import concurrent.futures as futures
import threading

from show import outcome

go = threading.Event()
begun = threading.Event()
ran = []


def work(number):
    ran.append(number)
    if number == 2:
        raise ValueError("in the middle")
    if number == 3:
        begun.set()
        go.wait()
    return number * 10


taken = []


def take(results):
    for result in results:
        taken.append(result)


with futures.ThreadPoolExecutor(1) as executor:
    results = executor.map(work, range(10))
    begun.wait()
    print(outcome(lambda: take(results)), taken)
    print("again:", outcome(lambda: take(results)), taken)
    go.set()
    print("next:", executor.submit(work, 11).result())
print("ran:", ran)

# The first of two errors is the one that is raised.
taken.clear()


def fail(number):
    if number % 2 == 1:
        raise RuntimeError(f"number {number}")
    return number


with futures.ThreadPoolExecutor(3) as executor:
    print(outcome(lambda: take(executor.map(fail, [0, 2, 5, 4, 7]))), taken)
    print(outcome(lambda: take(executor.map(fail, [1]))), taken)


# An iterable that fails: map() raises that itself.
def broken():
    yield 4
    yield 6
    raise ValueError("no more")


with futures.ThreadPoolExecutor(1) as executor:
    print(outcome(lambda: executor.map(fail, broken())))
    print("still good:", executor.submit(fail, 8).result())
