# thread_subclass: classes derived from Thread, with results, names and a run() of their own.
# needs: 3.11
# From: the documentation of Thread: override __init__() and run() only, and call Thread.__init__() first.
import threading


class Square(threading.Thread):
    def __init__(self, number):
        super().__init__(name=f"square of {number}")
        self.number = number
        self.result = None

    def run(self):
        self.result = self.number * self.number
        self.seen = threading.current_thread() is self


class Cube(Square):
    def run(self):
        super().run()
        self.result *= self.number


workers = [Square(3), Cube(3), Square(5), Cube(5)]
for worker in workers:
    print("before:", worker.name, worker.result)
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
    print("after:", worker.name, worker.result, worker.seen, worker.is_alive())

# run() called by hand is a call like any other.
square = Square(7)
square.run()
print("by hand:", square.result, square.seen, square.is_alive(), square.ident)
square.start()
square.join()
print("started after that:", square.result, square.seen)


# A stop by a flag of the class's own.
class Counter(threading.Thread):
    def __init__(self):
        super().__init__(daemon=True)
        self.count = 0
        self.stopped = threading.Event()
        self.counting = threading.Event()

    def run(self):
        while not self.stopped.is_set():
            self.count += 1
            self.counting.set()

    def stop(self):
        self.stopped.set()
        self.join()


counter = Counter()
counter.start()
counter.counting.wait()
counter.stop()
print("stopped:", counter.is_alive(), counter.daemon, counter.count > 0)


# A class that adds to what Thread does with its target.
class Logged(threading.Thread):
    def run(self):
        log.append("begin")
        super().run()
        log.append("end")


log = []
logged = Logged(target=log.append, args=("target",))
logged.start()
logged.join()
print(log)
