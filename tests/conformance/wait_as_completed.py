# wait_as_completed: as_completed() gives each future once, in the order of their ends.
# needs: 3.11
# From: row F6, and bpo-20367: as_completed() failed when it was given the same future twice.
import concurrent.futures as futures
import threading

fs = [futures.Future() for _ in range(5)]
given = threading.Semaphore(0)
order = []


def take():
    for f in futures.as_completed(fs + [fs[2], fs[0]]):
        order.append((fs.index(f), f.cancelled()))
        given.release()


thread = threading.Thread(target=take)
thread.start()
for index in 3, 0, 4:
    fs[index].set_result(index)
    given.acquire()
    print("given:", order)
fs[1].set_exception(ValueError("bad"))
fs[1].exception()
given.acquire()
print("given:", order)
fs[2].cancel()
fs[2].set_running_or_notify_cancel()
thread.join()
print("given:", order)

# Those that are done already go first.
fs = [futures.Future() for _ in range(3)]
fs[2].set_result(2)
order = []
for f in futures.as_completed([fs[0], fs[1], fs[2], fs[2]], timeout=1000):
    order.append(f.result())
    if len(order) < 3:
        fs[2 - len(order)].set_result(2 - len(order))
print("done first:", order)

done = futures.Future()
done.set_result(1)
print("twice:", [f.result() for f in futures.as_completed([done, done])])
print("none:", [f.result() for f in futures.as_completed([])])
print("none:", [f.result() for f in futures.as_completed([], 0)])
