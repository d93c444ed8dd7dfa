# mp_pool_apply: one call in a worker, waited for or not.
# needs: 3.11
# From: the documentation of Pool.apply() and AsyncResult.
import multiprocessing

from show import outcome


def power(base, exponent):
    return base**exponent


def greet(name):
    return "hello " + name


def nothing():
    pass


def fail(text):
    raise ValueError(text)


def main():
    pool = multiprocessing.get_context("fork").Pool(2)
    print("apply:", pool.apply(power, (2, 10)), pool.apply(greet, ("a",)))
    print("nothing:", outcome(lambda: pool.apply(nothing)))
    print("raises:", outcome(lambda: pool.apply(fail, ("why",))))

    result = pool.apply_async(power, (3, 2))
    print("get:", result.get(), result.get(), result.get(10), result.get(timeout=10))
    print("after:", result.ready(), result.successful())
    print("wait:", result.wait(), result.wait(0), result.wait(timeout=1))

    failed = pool.apply_async(fail, ("twice",))
    print("get:", outcome(failed.get), outcome(failed.get), outcome(lambda: failed.get(10)))
    print("after:", failed.ready(), failed.successful())

    results = [pool.apply_async(power, (i, 2)) for i in range(10)]
    print("many:", [each.get() for each in results])

    # They outlive their pool.
    pool.terminate()
    print("terminated:", result.get(), outcome(failed.get), result.successful())


if __name__ == "__main__":
    main()
