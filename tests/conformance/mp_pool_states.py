# mp_pool_states: what may be done with a pool that runs, is closed, or is terminated.
# needs: 3.11
# From: CPython's _TestPool (test_close_join..., test_terminate), and row P22's neighbourhood.
import multiprocessing

from show import outcome


def square(x):
    return x * x


def add(a, b):
    return a + b


def calls(pool):
    print("apply:", outcome(lambda: pool.apply(square, (1,))))
    print("apply_async:", outcome(lambda: pool.apply_async(square, (1,)).get()))
    print("map:", outcome(lambda: pool.map(square, [1])), outcome(lambda: pool.map(square, [])))
    print("map_async:", outcome(lambda: pool.map_async(square, [1]).get()))
    print("starmap:", outcome(lambda: pool.starmap(add, [(1, 2)])))
    print("starmap_async:", outcome(lambda: pool.starmap_async(add, [(1, 2)]).get()))
    print("imap:", outcome(lambda: list(pool.imap(square, [1]))), outcome(lambda: pool.imap(square, [1], 0) and None))
    print("imap_unordered:", outcome(lambda: list(pool.imap_unordered(square, [1]))))


def main():
    context = multiprocessing.get_context("fork")
    pool = context.Pool(2)
    print("join:", outcome(pool.join))
    calls(pool)
    result = pool.map_async(square, range(100))
    print("close:", outcome(pool.close), outcome(pool.close))
    calls(pool)
    print("join:", outcome(pool.join), outcome(pool.join))
    print("result:", sum(result.get()))
    calls(pool)
    print("terminate:", outcome(pool.terminate), outcome(pool.terminate))
    print("join:", outcome(pool.join))
    print("close:", outcome(pool.close))

    pool = context.Pool(2)
    print("terminate:", outcome(pool.terminate))
    calls(pool)
    print("close:", outcome(pool.close))
    print("join:", outcome(pool.join))

    with context.Pool(2) as pool:
        print("with:", pool.apply(square, (3,)))
    print("children:", multiprocessing.active_children())


if __name__ == "__main__":
    main()
