# mp_pool_map: the results of a list, cut into calls in several ways.
# needs: 3.11
# From: the documentation of Pool.map() and starmap(), and CPython's _TestPool (test_map, test_starmap).
import multiprocessing

from show import outcome


def square(x):
    return x * x


def shout(text):
    return text.upper()


def add(a, b):
    return a + b


def describe(number, text, flag):
    return f"{number} {text} {flag}"


def numbers():
    for i in range(5):
        yield i


def main():
    with multiprocessing.get_context("fork").Pool(3) as pool:
        print("map:", pool.map(square, range(10)))
        for chunksize in (1, 2, 3, 10, 100):
            print("chunks of", chunksize, pool.map(square, range(10), chunksize))
        print("keyword:", pool.map(square, [3, 1, 2], chunksize=2), pool.map(square, [3, 1, 2], None))
        print("empty:", pool.map(square, []), pool.map(square, [], 0), pool.map(square, [], 5))
        print("generator:", pool.map(square, numbers()), pool.map(square, numbers(), 2))
        print("text:", pool.map(shout, ["a", "b"]))
        print("long:", sum(pool.map(square, range(1000))), sum(pool.map(square, range(1000), 7)))
        result = pool.map_async(square, range(4))
        print("async:", result.get(), result.ready(), result.successful(), result.get())
        result = pool.map_async(square, range(4), 3)
        print("async:", result.get(timeout=10))
        nothing = pool.map_async(square, [])
        print("async, empty:", nothing.ready(), nothing.successful(), nothing.get())

        print("starmap:", pool.starmap(add, [(1, 2), (3, 4)]), pool.starmap(add, [(1, 2), (3, 4)], 2))
        print("starmap:", pool.starmap(describe, [(1, "x", True), (2, "y", False)], chunksize=1))
        print("starmap:", pool.starmap(add, zip(range(5), range(5, 10))), pool.starmap(add, []))
        print("starmap_async:", pool.starmap_async(add, [(i, i) for i in range(5)]).get())
        print("starmap_async:", pool.starmap_async(add, [(i, i) for i in range(5)], 2).get())


if __name__ == "__main__":
    main()
