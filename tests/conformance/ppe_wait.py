# ppe_wait: wait() and as_completed() take what runs in processes, also beside what runs in threads.
# needs: 3.11
# From: the documentation of concurrent.futures.
import concurrent.futures as futures
import multiprocessing

from show import outcome


def prepare(events):
    globals().update(events=events)


def after(number):
    events[number].wait()
    if number == 1:
        raise ValueError("one")
    return number


def main():
    for method in "fork", "spawn", "forkserver":
        context = multiprocessing.get_context(method)
        events = [context.Event() for _ in range(3)]
        executor = futures.ProcessPoolExecutor(3, context, prepare, (events,))
        with executor, futures.ThreadPoolExecutor(1) as threads:
            fs = [executor.submit(after, number) for number in range(3)]
            found = futures.wait(fs, timeout=0.01)
            print(len(found.done), len(found.not_done))
            events[2].set()
            found = futures.wait(fs, return_when=futures.FIRST_COMPLETED)
            print([f.result() for f in found.done])
            events[1].set()
            found = futures.wait(fs, return_when=futures.FIRST_EXCEPTION)
            print(len(found.done), fs[0] in found.not_done, outcome(fs[1].result))
            mixed = [fs[0], threads.submit(events[0].set)]
            print(sorted(str(f.result()) for f in futures.as_completed(mixed, timeout=60)))
            print(len(futures.wait(fs).done), [outcome(f.result) for f in fs if f.exception() is None])


if __name__ == "__main__":
    main()
