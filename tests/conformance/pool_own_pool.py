# pool_own_pool: tasks that wait for tasks of their own pool, which has workers enough, and hold a lock meanwhile.
# needs: 3.11
# From: rows F9 and F18. With too few workers CPython's pool hangs; skein's does not.
import concurrent.futures as futures
import threading

lock = threading.Lock()
held = []


def under_lock(number):
    with lock:
        held.append(number)
        inner = executor.submit(pow, number, 2)
        return inner.result()


def depth(number):
    if number == 0:
        return 0
    return executor.submit(depth, number - 1).result() + 1


with futures.ThreadPoolExecutor(4) as executor:
    print("depth:", executor.submit(depth, 3).result())
    right = 0
    for round in range(100):
        fs = [executor.submit(under_lock, number) for number in range(3)]
        right += [f.result() for f in fs] == [0, 1, 4]
    print("under a lock:", right, len(held))

    def gather():
        fs = [executor.submit(pow, number, 2) for number in range(5)]
        found = sorted(f.result() for f in futures.as_completed(fs))
        done, not_done = futures.wait([executor.submit(pow, number, 3) for number in range(4)])
        return found, sorted(f.result() for f in done), len(not_done)

    print(*executor.submit(gather).result())
    print(executor.submit(lambda: list(executor.map(pow, [1, 2, 3], [2, 2, 2]))).result())
