# pool_submit_race: while the pool is being shut down, a task is either refused or run.
# needs: 3.11
# From: row F8.
import concurrent.futures as futures
import threading

lock = threading.Lock()
right = 0
for round in range(10):
    executor = futures.ThreadPoolExecutor(2)
    barrier = threading.Barrier(9)
    ran = 0
    accepted = []
    refused = []

    def work():
        global ran
        with lock:
            ran += 1

    def submit(executor=executor, barrier=barrier):
        fs = []
        errors = 0
        barrier.wait()
        for _ in range(20):
            try:
                fs.append(executor.submit(work))
            except RuntimeError:
                errors += 1
        with lock:
            accepted.extend(fs)
            refused.append(errors)

    threads = [threading.Thread(target=submit) for _ in range(8)]
    for thread in threads:
        thread.start()
    barrier.wait()
    executor.shutdown()
    for thread in threads:
        thread.join()
    right += ran == len(accepted) and ran + sum(refused) == 160 and all(f.done() for f in accepted)
print("none lost in", right, "rounds")
