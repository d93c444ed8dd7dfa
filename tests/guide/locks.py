# locks: what guards, and what waits, as docs/porting_locks.md shows it.
# needs: 3.11
import threading


# [lock]
class Account:
    def __init__(self):
        self.lock = threading.Lock()
        self.balance = 0

    def add(self, amount):
        with self.lock:
            self.balance += amount


def deposits():
    account = Account()

    def add_many():
        for _ in range(1000):
            account.add(2)

    threads = [threading.Thread(target=add_many) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(account.balance)
# [/lock]


# [acquire]
def refresh(lock):
    if not lock.acquire(blocking=False):
        return "somebody else is at it"
    try:
        return "refreshed"
    finally:
        lock.release()


def tries():
    lock = threading.Lock()
    print(refresh(lock))
    with lock:
        print(refresh(lock), lock.acquire(timeout=0.01), lock.locked())
    print(lock.locked())
# [/acquire]


# [rlock]
class Stock:
    def __init__(self):
        self.lock = threading.RLock()
        self.items = {}

    def add(self, name, count):
        with self.lock:
            self.items[name] = self.items.get(name, 0) + count

    def add_all(self, names):
        with self.lock:  # Once more in add(), by the same thread.
            for name in names:
                self.add(name, 1)
            return sum(self.items.values())


def deliveries():
    print(Stock().add_all(["tea", "tea", "milk"]))
# [/rlock]


# [condition]
class Box:
    def __init__(self):
        self.changed = threading.Condition()
        self.items = []
        self.closed = False

    def put(self, item):
        with self.changed:
            self.items.append(item)
            self.changed.notify()

    def close(self):
        with self.changed:
            self.closed = True
            self.changed.notify_all()

    def take(self):
        with self.changed:
            self.changed.wait_for(lambda: self.items or self.closed)
            return self.items.pop(0) if self.items else None


def put_and_take():
    box = Box()

    def take_all():
        while (item := box.take()) is not None:
            print("took", item)

    taker = threading.Thread(target=take_all)
    taker.start()
    for item in range(3):
        box.put(item)
    box.close()
    taker.join()
    with box.changed:
        print(box.changed.wait(timeout=0.01))
# [/condition]


# [event]
def serve(ready, stop, log):
    log.append("open")
    ready.set()
    stop.wait()
    log.append("closed")


def server():
    ready = threading.Event()
    stop = threading.Event()
    log = []
    thread = threading.Thread(target=serve, args=(ready, stop, log))
    thread.start()
    print(ready.wait(timeout=5), log)
    stop.set()
    thread.join()
    print(log)
# [/event]


# [semaphore]
class Gate:
    def __init__(self, most):
        self.places = threading.BoundedSemaphore(most)
        self.lock = threading.Lock()
        self.inside = 0
        self.most_inside = 0

    def visit(self, pause):
        with self.places:
            with self.lock:
                self.inside += 1
                self.most_inside = max(self.most_inside, self.inside)
            pause.wait(timeout=0.02)
            with self.lock:
                self.inside -= 1


def visits():
    gate = Gate(2)
    pause = threading.Event()
    threads = [threading.Thread(target=gate.visit, args=(pause,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(gate.most_inside <= 2, gate.inside)
    try:
        gate.places.release()
    except ValueError as error:
        print(error)
# [/semaphore]


# [barrier]
def rounds():
    values = [1, 2, 3]
    sums = []
    barrier = threading.Barrier(3, action=lambda: sums.append(sum(values)))

    def play(i):
        for _ in range(3):
            barrier.wait()
            values[i] += 1

    threads = [threading.Thread(target=play, args=(i,)) for i in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(*sums)


def broken():
    barrier = threading.Barrier(2)
    try:
        barrier.wait(timeout=0.01)
    except threading.BrokenBarrierError:
        print("nobody came", barrier.broken)
# [/barrier]


if __name__ == "__main__":
    deposits()
    tries()
    deliveries()
    put_and_take()
    server()
    visits()
    rounds()
    broken()
