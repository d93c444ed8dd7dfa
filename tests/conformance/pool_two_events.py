# pool_two_events: no task waits behind a running one while a worker is idle.
# needs: 3.11
# From: row F17.
import concurrent.futures as futures
import threading

with futures.ThreadPoolExecutor(2) as executor:
    right = 0
    for round in range(200):
        event = threading.Event()
        waiting = executor.submit(event.wait, 10)
        setting = executor.submit(event.set)
        right += waiting.result()
        setting.result()
    print("the later one sets:", right)

    # From a worker: it waits for what it has submitted itself.
    def outer():
        event = threading.Event()
        executor.submit(event.set)
        return event.wait(10)

    print("from within:", sum(executor.submit(outer).result() for _ in range(200)))

with futures.ThreadPoolExecutor(5) as executor:
    right = 0
    for round in range(50):
        barrier = threading.Barrier(5)
        fs = [executor.submit(barrier.wait, 10) for _ in range(5)]
        right += sorted(f.result() for f in fs) == [0, 1, 2, 3, 4]
    print("all at once:", right)
