# ppe_map_error: a chunk in which one call raises fails as a whole; what comes after it is not given any more.
# needs: 3.11
# From: the documentation of Executor.map; in threads the results before the error would be there.
import concurrent.futures as futures
import multiprocessing

from show import outcome


def reciprocal(x):
    if x == 0:
        raise ZeroDivisionError("of zero")
    if x < 0:
        raise ValueError(f"negative: {x}")
    return 60 // x


def main():
    for method in "fork", "spawn", "forkserver":
        context = multiprocessing.get_context(method)
        with futures.ProcessPoolExecutor(1, context) as executor:
            for chunksize in 1, 2, 3, 10:
                results = executor.map(reciprocal, [1, 2, 3, 0, 4, 5], chunksize=chunksize)
                got = []
                print(chunksize, outcome(lambda: got.extend(results)), got)
                print("more:", next(results, "the end"))
            # The first that raises, not the first that is through.
            print(outcome(lambda: list(executor.map(reciprocal, [-1, 0, -2]))))
            # In a chunk the first one, too.
            print(outcome(lambda: list(executor.map(reciprocal, [1, -3, 0], chunksize=3))))
            print("the pool:", executor.submit(reciprocal, 6).result())


if __name__ == "__main__":
    main()
