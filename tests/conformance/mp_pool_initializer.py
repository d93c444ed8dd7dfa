# mp_pool_initializer: each worker is prepared before it gets a call, those that replace others too.
# needs: 3.11
# From: the documentation of Pool (initializer, initargs), and CPython's TestInitializers.
import multiprocessing

base = 0
calls = 0


def set_base(first, second):
    global base
    base = first + second


def nothing():
    pass


def add_to_base(x):
    return base + x


def count(x):
    global calls
    calls += 1
    return calls


def main():
    for method in ("fork", "spawn", "forkserver"):
        context = multiprocessing.get_context(method)
        with context.Pool(2, initializer=set_base, initargs=(100, 20)) as pool:
            print(f"{method}:", pool.map(add_to_base, range(5)), base)
    context = multiprocessing.get_context("fork")
    with context.Pool(2, set_base, (1, 2)) as pool:
        print("by position:", pool.map(add_to_base, range(3)))
    with context.Pool(1, set_base, (1, 2), 2) as pool:
        print("replaced:", pool.map(add_to_base, range(6), 1), pool.map(count, range(6), 1))
    with context.Pool(2, nothing) as pool:
        print("no arguments:", pool.map(add_to_base, range(3)))
    with context.Pool(1) as pool:
        print("none:", pool.map(count, range(4), 1))


if __name__ == "__main__":
    main()
