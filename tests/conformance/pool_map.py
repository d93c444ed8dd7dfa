# pool_map: results come in the order of the arguments, whatever the order of the ends; several iterables; chunksize.
# needs: 3.11
# From: row F14, and the documentation of Executor.map.
import concurrent.futures as futures
import threading

ends = []
events = [threading.Event() for _ in range(4)]


def backwards(number):
    """Ends only when the next one has ended."""
    if number < 3:
        events[number + 1].wait()
    ends.append(number)
    events[number].set()
    return number * 10


with futures.ThreadPoolExecutor(4) as executor:
    print(list(executor.map(backwards, range(4))), ends)
    print(list(executor.map(pow, [2, 3, 4], [5, 2, 3])))
    print(list(executor.map(pow, [2, 3, 4, 5], [5, 2])))
    print(list(executor.map(lambda a, b, c: a + b + c, ["a", "b"], ["c", "d", "e"], ["f", "g"])))
    print(list(executor.map(abs, [])), list(executor.map(pow, [], [1])))
    for chunksize in 1, 2, 3, 10:
        print(chunksize, list(executor.map(lambda x: x * x, range(7), chunksize=chunksize)))

    # All calls are submitted before the first result is asked for.
    calls = threading.Semaphore(0)
    results = executor.map(lambda x: calls.release(), range(5))
    for _ in range(5):
        calls.acquire()
    print("all submitted")
    print(len(list(results)))

    # The elements are read when map() is called.
    given = [1, 2, 3]
    results = executor.map(lambda x: -x, given)
    given.clear()
    print(list(results))
