# mp_pool_methods: the same program with each start method.
# needs: 3.11
# From: the documentation's example of multiprocessing.pool, and CPython's TestStartMethod.
import multiprocessing

from show import outcome


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def moved(self, by):
        return Point(self.x + by, self.y + by)


def square(x):
    return x * x


def move(point, by):
    return point.moved(by)


def words(text):
    return text.split()


def fail(x):
    raise ValueError(x)


def main():
    for method in ("fork", "spawn", "forkserver"):
        with multiprocessing.get_context(method).Pool(processes=2) as pool:
            print(f"{method}:", pool.map(square, range(10)))
            print("imap_unordered:", sorted(pool.imap_unordered(square, range(10))))
            result = pool.apply_async(square, (20,))
            print("apply_async:", result.get(timeout=10))
            point = pool.apply(move, (Point(1, 2), 3))
            print("object:", point.x, point.y)
            print("points:", [(p.x, p.y) for p in pool.starmap(move, [(Point(i, -i), i) for i in range(3)])])
            print("lists:", pool.map(words, ["a b c", "d"]), pool.apply(words, ("",)))
            print("error:", outcome(lambda: pool.apply(fail, ("x",))))


if __name__ == "__main__":
    main()
