# ppe_shutdown_cancel: shutdown(cancel_futures=True) cancels what has not begun, and leaves what has to its end.
# needs: 3.11
# From: bpo-30966 and bpo-39349, which asked for it.
import concurrent.futures as futures
import multiprocessing

from show import outcome


def prepare(started, go):
    globals().update(started=started, go=go)


def block(number):
    started.set()
    go.wait()
    return number


def main():
    for method in "fork", "spawn", "forkserver":
        context = multiprocessing.get_context(method)
        started, go = context.Event(), context.Event()
        executor = futures.ProcessPoolExecutor(1, context, prepare, (started, go))
        running = executor.submit(block, -1)
        started.wait()
        fs = [executor.submit(block, number) for number in range(10)]
        told = []
        fs[9].add_done_callback(lambda f: told.append(f.cancelled()))
        executor.shutdown(wait=False, cancel_futures=True)
        print(outcome(lambda: fs[9].result(timeout=60)), outcome(lambda: fs[5].exception(timeout=60)))
        print(running.done(), outcome(lambda: executor.submit(block, 10)))
        go.set()
        executor.shutdown()
        print(running.result(timeout=60), running.cancelled(), told)
        print([outcome(lambda: f.result(timeout=60)) for f in fs[5:]])
        # Every one has come to one of the two ends.
        print(all(f.cancelled() or f.result(timeout=60) == number for number, f in enumerate(fs)))


if __name__ == "__main__":
    main()
