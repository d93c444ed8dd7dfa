# pool_max_workers: how many workers a pool may have; zero and less are errors, many are started only when needed.
# needs: 3.11
# From: row F11, and bpo-21527, which gave max_workers its default.
import concurrent.futures as futures
import threading

from show import outcome


def make(number):
    futures.ThreadPoolExecutor(number).shutdown()


for number in 0, -1, -1000:
    print(number, outcome(lambda: make(number)))
    print(number, outcome(lambda: futures.ThreadPoolExecutor(max_workers=number)))
for number in 1, 2, 1000000, None:
    print(number, outcome(lambda: make(number)))

with futures.ThreadPoolExecutor(1000000) as executor:
    print(executor.submit(pow, 2, 10).result(), threading.active_count())
with futures.ThreadPoolExecutor() as executor:
    print(executor.submit(pow, 2, 10).result(), threading.active_count())

# No more at a time than that.
lock = threading.Lock()
running = 0
most = 0


def work():
    global running, most
    with lock:
        running += 1
        most = max(most, running)
    if running == 3:
        full.set()
    full.wait()
    with lock:
        running -= 1


full = threading.Event()
with futures.ThreadPoolExecutor(3) as executor:
    for _ in range(50):
        executor.submit(work)
print("at a time:", most, running)
