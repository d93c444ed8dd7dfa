# mp_pool_terminate: terminate() waits for no call; close() and join() wait for all.
# needs: 3.11
# From: CPython's _TestPool (test_terminate, test_context), and the end of the main process.
import multiprocessing
import time

from show import outcome


def init(gate):
    global the_gate
    the_gate = gate


def for_ever(x):
    the_gate.wait()


def square(x):
    return x * x


def brief(call):
    begin = time.monotonic()
    result = outcome(call)
    return result, time.monotonic() - begin < 5


def main():
    context = multiprocessing.get_context("fork")
    gate = context.Event()
    pool = context.Pool(3, init, (gate,))
    waiting = pool.map_async(for_ever, range(100), 1)
    print("terminate:", brief(pool.terminate))
    print("join:", brief(pool.join))
    print("children:", len(multiprocessing.active_children()))

    pool = context.Pool(3, init, (gate,))
    it = pool.imap(for_ever, range(1000))
    print("with input left:", brief(pool.terminate))
    print("join:", brief(pool.join))

    pool = context.Pool(3)
    results = [pool.apply_async(square, (i,)) for i in range(200)]
    pool.close()
    pool.join()
    print("closed:", all(result.ready() for result in results), sum(result.get() for result in results))
    print("children:", len(multiprocessing.active_children()))

    with context.Pool(2, init, (gate,)) as pool:
        pool.apply_async(for_ever, (1,))
    print("with:", len(multiprocessing.active_children()))

    # The process ends, and the pool with it.
    global left
    left = context.Pool(2, init, (gate,))
    left.apply_async(for_ever, (1,))
    print("end:", left.apply_async(square, (2,)).get())


if __name__ == "__main__":
    main()
