# ppe_callbacks: done callbacks are called in this process, once, in their order, before shutdown() returns.
# needs: 3.11
# From: the documentation of Future.add_done_callback.
import concurrent.futures as futures
import logging
import multiprocessing
import os

logging.disable()


def prepare(go):
    globals().update(go=go)


def block(number):
    go.wait()
    return number if number >= 0 else fail()


def fail():
    raise ValueError("on purpose")


def main():
    here = os.getpid()
    for method in "fork", "spawn", "forkserver":
        context = multiprocessing.get_context(method)
        go = context.Event()
        said = []
        with futures.ProcessPoolExecutor(1, context, prepare, (go,)) as executor:
            first = executor.submit(block, 1)
            second = executor.submit(block, -1)
            first.add_done_callback(lambda f: said.append(("first", f.result(), os.getpid() == here)))
            first.add_done_callback(lambda f: fail())
            first.add_done_callback(lambda f: said.append(("again", f is first, f.done())))
            second.add_done_callback(lambda f: said.append(("second", str(f.exception()), os.getpid() == here)))
            last = [executor.submit(block, number) for number in range(20)][-1]
            last.add_done_callback(lambda f: said.append(("cancelled", f.cancelled(), f.done())))
            # Said already, in both languages: by the one who cancels.
            print(last.cancel(), len(said))
            go.set()
        for line in said:
            print(*line)
        second.add_done_callback(lambda f: print("late", f is second))


if __name__ == "__main__":
    main()
