# ppe_states: a future's states from submit to result, by each start method.
# needs: 3.11
# From: the documentation of ProcessPoolExecutor and Future.
import concurrent.futures as futures
import multiprocessing

from show import outcome


def prepare(started, go):
    globals().update(started=started, go=go)


def block(number):
    started.set()
    go.wait()
    return number


def nothing():
    pass


def show(f):
    print(f.running(), f.done(), f.cancelled())


def main():
    for method in "fork", "spawn", "forkserver":
        context = multiprocessing.get_context(method)
        started, go = context.Event(), context.Event()
        executor = futures.ProcessPoolExecutor(1, mp_context=context, initializer=prepare, initargs=(started, go))
        with executor:
            f = executor.submit(block, 7)
            started.wait()
            show(f)
            print(f.cancel(), outcome(lambda: f.result(timeout=0.01)), outcome(lambda: f.exception(0)))
            go.set()
            print(f.result(), f.result(), f.exception())
            show(f)
            print(f.cancel(), executor.submit(nothing).result())
            print(outcome(lambda: f.set_result(8)).partition(":")[0], f.result())


if __name__ == "__main__":
    main()
