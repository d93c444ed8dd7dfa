# process_subclass: run() in a class of one's own, with each start method.
# needs: 3.11
# From: the documentation of Process.run().
import multiprocessing
import sys


class Worker(multiprocessing.Process):
    def __init__(self, number, text):
        super().__init__()
        self.number = number
        self.text = text

    def run(self):
        print(self.text, multiprocessing.current_process() is self, flush=True)
        sys.exit(self.number)


class WithTarget(multiprocessing.Process):
    def run(self):
        print("before", flush=True)
        super().run()
        print("after", flush=True)


def target(text):
    print(text, flush=True)


def main():
    for method in "fork", "spawn", "forkserver":
        multiprocessing.set_start_method(method, force=True)
        worker = Worker(7, method)
        worker.start()
        worker.join()
        print(worker.exitcode)
        other = WithTarget(target=target, args=("in between",))
        other.start()
        other.join()
        print(other.exitcode)
    direct = WithTarget(target=target, args=("here",))
    direct.run()


if __name__ == "__main__":
    main()
