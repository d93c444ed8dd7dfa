# thread_many_joiners: eight threads join one; all of them see what it did.
# needs: 3.11
# From: row T2.
import threading

go = threading.Event()
result = []
seen = []
lock = threading.Lock()


def work():
    go.wait()
    result.append("done")


def join(thread, timeout):
    thread.join(timeout)
    with lock:
        seen.append((result[0], thread.is_alive()))


def check(timeout):
    go.clear()
    result.clear()
    seen.clear()
    thread = threading.Thread(target=work)
    thread.start()
    joiners = [threading.Thread(target=join, args=(thread, timeout)) for _ in range(8)]
    for joiner in joiners:
        joiner.start()
    with lock:
        print("before:", len(seen), thread.is_alive())
    go.set()
    for joiner in joiners:
        joiner.join()
    print(timeout, seen == [("done", False)] * 8)


check(None)
check(1000)

# A chain: each joins the one before it.
order = []


def follow(number, before):
    if before is not None:
        before.join()
    order.append(number)


threads = []
for number in range(8):
    before = threads[-1] if threads else None
    threads.append(threading.Thread(target=follow, args=(number, before)))
for thread in threads:
    thread.start()
threads[-1].join()
print(order)
for thread in threads:
    thread.join()
