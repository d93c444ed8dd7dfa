# ppe_cancel: what is queued can be cancelled and is never run then; what runs cannot, and goes on.
# needs: 3.11
# From: row P29.
import concurrent.futures as futures
import multiprocessing

from show import outcome


def prepare(started, go, count):
    globals().update(started=started, go=go, count=count)


def block():
    started.set()
    go.wait()
    return "blocked"


def work(number):
    with count.get_lock():
        count.value += 1
    return number


def main():
    for method in "fork", "spawn", "forkserver":
        context = multiprocessing.get_context(method)
        started, go, count = context.Event(), context.Event(), context.Value("i", 0)
        with futures.ProcessPoolExecutor(1, context, prepare, (started, go, count)) as executor:
            running = executor.submit(block)
            started.wait()
            queued = [executor.submit(work, number) for number in range(10)]
            print("running:", running.running(), running.cancel(), running.cancelled(), running.done())
            print("cancel:", queued[7].cancel(), queued[9].cancel(), queued[9].cancel())
            print("cancelled:", queued[7].cancelled(), queued[7].done(), queued[8].cancelled(), outcome(queued[7].result))
            go.set()
            print("result:", running.result(), running.cancel())
        print("ran:", count.value, [f.cancelled() for f in queued], [f.done() for f in queued])
        print([str(outcome(f.result)) for f in queued])
        # Cancelled or run, never both and never neither.
        cancelled = 0
        with futures.ProcessPoolExecutor(2, context, prepare, (started, go, count)) as executor:
            for round in range(200):
                cancelled += executor.submit(work, round).cancel()
        print("run or cancelled:", count.value - 8 + cancelled)


if __name__ == "__main__":
    main()
