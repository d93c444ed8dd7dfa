# pool_on_demand: a worker is started when something is submitted and none is idle.
# needs: 3.11
# From: bpo-24882: a pool started all its threads although one would have done.
import concurrent.futures as futures
import threading

from show import until_asleep


def workers():
    return threading.active_count() - 1


with futures.ThreadPoolExecutor(4) as executor:
    print("none:", workers())
    seen = set()
    for _ in range(6):
        thread = executor.submit(threading.current_thread).result()
        seen.add(thread.name)
        until_asleep(thread)
    print("one after the other:", sorted(seen), workers())

    started = threading.Semaphore(0)
    go = threading.Event()

    def block():
        started.release()
        go.wait()
        return threading.current_thread()

    fs = []
    for _ in range(6):
        fs.append(executor.submit(block))
        if len(fs) <= 4:
            started.acquire()
        print("at a time:", len(fs), "workers:", workers())
    go.set()
    threads = [f.result() for f in fs]
    for thread in threads:
        until_asleep(thread)
    for _ in range(4):
        executor.submit(int).result()
        for thread in threads:
            until_asleep(thread)
    print("later:", workers())
print("shut down:", workers())
