# ppe_map: results come in the order of the elements, however they are chunked.
# needs: 3.11
# From: the documentation of Executor.map, and bpo-11271 (chunksize).
import concurrent.futures as futures
import multiprocessing

from show import outcome


def twice(x):
    return 2 * x


def join(x, text, y):
    return f"{x}{text}{y}"


def nothing(x):
    pass


def main():
    for method in "fork", "spawn", "forkserver":
        context = multiprocessing.get_context(method)
        with futures.ProcessPoolExecutor(2, context) as executor:
            for chunksize in 1, 2, 3, 7, 100:
                print(chunksize, list(executor.map(twice, range(10), chunksize=chunksize)))
            print(list(executor.map(join, [1, 2, 3], ["a", "b", "c"], [4, 5])))
            print(list(executor.map(join, [1, 2, 3], ["a", "b", "c"], [4, 5, 6], chunksize=2)))
            print(list(executor.map(twice, [])))
            print(len(list(executor.map(nothing, range(5), chunksize=2))))
            for chunksize in 0, -1:
                print(outcome(lambda: executor.map(twice, [1], chunksize=chunksize)))
            results = executor.map(twice, [1, 2, 3])
            print(next(results), next(results), next(results), next(results, "the end"))
        # Everything is submitted by the call of map().
        executor = futures.ProcessPoolExecutor(1, context)
        results = executor.map(twice, [4, 5, 6])
        executor.shutdown()
        print(list(results))
        print(outcome(lambda: executor.map(twice, [1])))


if __name__ == "__main__":
    main()
