# barrier_reset_abort: both send everybody away; only abort() is for good.
# needs: 3.11
# From: row T13.
import threading

from show import outcome, until

barrier = threading.Barrier(3)
results = []
lock = threading.Lock()


def wait():
    result = str(outcome(barrier.wait))
    with lock:
        results.append(result)


def gather(n):
    results.clear()
    threads = [threading.Thread(target=wait) for _ in range(n)]
    for thread in threads:
        thread.start()
    return threads


def end(threads):
    for thread in threads:
        thread.join()
    print(sorted(results), "broken:", barrier.broken, "waiting:", barrier.n_waiting)


print("reset, nobody there:", outcome(barrier.reset))
end(gather(3))

print("reset, two there")
threads = gather(2)
until(lambda: barrier.n_waiting == 2)
barrier.reset()
end(threads)
end(gather(3))

print("abort, two there")
threads = gather(2)
until(lambda: barrier.n_waiting == 2)
barrier.abort()
end(threads)
end(gather(3))
print("abort again:", outcome(barrier.abort), barrier.broken)
print("wait(0):", outcome(lambda: barrier.wait(0)), barrier.broken)
barrier.reset()
print("reset:", barrier.broken)
end(gather(3))

print("abort, nobody there:", outcome(barrier.abort), barrier.broken)
print("wait:", outcome(barrier.wait))
barrier.reset()
print("reset:", barrier.broken)
end(gather(3))
