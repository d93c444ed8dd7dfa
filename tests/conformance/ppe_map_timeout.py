# ppe_map_timeout: the time of map() runs from its call; what has not begun is cancelled when it is over.
# needs: 3.11
# From: the documentation of Executor.map.
import concurrent.futures as futures
import multiprocessing

from show import outcome


def prepare(go, count):
    globals().update(go=go, count=count)


def wait_if(number):
    with count.get_lock():
        count.value += 1
    if number == 1:
        go.wait()
    return number


def main():
    for method in "fork", "spawn", "forkserver":
        context = multiprocessing.get_context(method)
        go, count = context.Event(), context.Value("i", 0)
        executor = futures.ProcessPoolExecutor(1, context, prepare, (go, count))
        with executor:
            executor.submit(wait_if, 0).result()
            got = []
            results = executor.map(wait_if, range(40), timeout=0.5)
            print(outcome(lambda: got.extend(results)), got)
            go.set()
        print("not all:", count.value < 41)
        with futures.ProcessPoolExecutor(1, context, prepare, (go, count)) as executor:
            print(list(executor.map(wait_if, range(4), timeout=60)))
            print(list(executor.map(wait_if, range(4), timeout=None, chunksize=3)))


if __name__ == "__main__":
    main()
