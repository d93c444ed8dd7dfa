# processes: processes and what they share, as docs/porting_processes.md and
# docs/porting_processes_shared.md show it.
# needs: 3.11
import multiprocessing
from multiprocessing import shared_memory


# [function]
def greet(name, times):
    print(f"hello {name}" * times)


def one_process():
    process = multiprocessing.Process(target=greet, args=("a", 2), name="greeter")
    process.start()
    process.join()
    print(process.name, process.exitcode)
# [/function]


# [subclass]
class Worker(multiprocessing.Process):
    def __init__(self, number, results):
        super().__init__()
        self.number = number
        self.results = results

    def run(self):
        self.results.put(self.number * self.number)


def workers():
    results = multiprocessing.Queue()
    all_workers = [Worker(number, results) for number in range(3)]
    for worker in all_workers:
        worker.start()
    print(sorted(results.get() for _ in all_workers))
    for worker in all_workers:
        worker.join()
# [/subclass]


# [shared]
def add(lock, total, times):
    for _ in range(times):
        with lock:
            total.value += 1


def counted():
    lock = multiprocessing.Lock()
    total = multiprocessing.RawValue("i", 0)
    processes = [multiprocessing.Process(target=add, args=(lock, total, 1000)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    print(total.value)
# [/shared]


# [pipe]
def double(end):
    while True:
        try:
            number = end.recv()
        except EOFError:
            return
        end.send(2 * number)


def ask():
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=double, args=(theirs,))
    process.start()
    theirs.close()
    ours.send(21)
    print(ours.recv())
    ours.close()
    process.join()
    print(process.exitcode)
# [/pipe]


# [memory]
def fill(name):
    memory = shared_memory.SharedMemory(name)
    memory.buf[:5] = b"hello"
    memory.close()


def by_name():
    memory = shared_memory.SharedMemory(create=True, size=16)
    process = multiprocessing.Process(target=fill, args=(memory.name,))
    process.start()
    process.join()
    print(memory.buf[:5].tobytes().decode())
    memory.close()
    memory.unlink()
# [/memory]


# [context]
def with_context(method):
    context = multiprocessing.get_context(method)
    process = context.Process(target=greet, args=(method, 1))
    process.start()
    process.join()
    print(process.name.split("-")[0], process.exitcode)
# [/context]


# [main]
def main():
    one_process()
    workers()
    counted()
    with_context("spawn")
    with_context("forkserver")
    multiprocessing.set_start_method("spawn", force=True)
    ask()
    by_name()


if __name__ == "__main__":
    multiprocessing.freeze_support()
    main()
# [/main]
