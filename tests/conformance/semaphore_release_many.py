# semaphore_release_many: release(n) lets n waiters go on, and only n.
# needs: 3.11
# From: bpo-10978 (release(n)), and row T10: no wake-up is lost.
import threading

semaphore = threading.Semaphore(0)
through = threading.Semaphore(0)
count = 0
lock = threading.Lock()


def enter():
    global count
    semaphore.acquire()
    with lock:
        count += 1
    through.release()


def release(n):
    semaphore.release(n)
    for _ in range(n):
        through.acquire()
    with lock:
        print(f"release({n}):", count, "through, a permit left:", semaphore.acquire(False))


threads = [threading.Thread(target=enter) for _ in range(8)]
for thread in threads:
    thread.start()
release(1)
release(3)
release(2)
release(2)
for thread in threads:
    thread.join()

# What nobody waits for stays.
semaphore.release(3)
threads = [threading.Thread(target=enter) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("one of three is left:", semaphore.acquire(False), semaphore.acquire(False))


# Eight threads pass two permits around, 500 times each.
def pass_on():
    global most, inside
    for _ in range(500):
        with semaphore:
            with lock:
                inside += 1
                most = max(most, inside)
            with lock:
                inside -= 1


most = 0
inside = 0
semaphore.release(2)
threads = [threading.Thread(target=pass_on) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("never more than two inside:", most <= 2)
print("both are back:", semaphore.acquire(False), semaphore.acquire(False), semaphore.acquire(False))
