# mp_pool_exceptions: exceptions come back as what they were, and say where they were.
# needs: 3.11
# From: CPython's _TestPool (test_traceback, test_wrapped_exception), and row P9.
import multiprocessing

from show import outcome


class CustomError(Exception):
    pass


ERRORS = {
    "value": ValueError("text"),
    "runtime": RuntimeError(""),
    "key": KeyError("k"),
    "index": IndexError("out of range"),
    "lookup": LookupError("nothing there"),
    "overflow": OverflowError("too much"),
    "type": TypeError("wrong"),
    "custom": CustomError("one's own"),
    "assertion": AssertionError("never"),
    "timeout": multiprocessing.TimeoutError("late"),
}


def fail(kind):
    raise ERRORS[kind]


def fail_if_odd(x):
    if x % 2:
        raise CustomError(x)
    return x


def main():
    with multiprocessing.get_context("fork").Pool(2) as pool:
        for kind in ERRORS:
            print(f"{kind}:", outcome(lambda: pool.apply(fail, (kind,))))
        try:
            pool.apply(fail, ("custom",))
        except CustomError as e:
            print("caught:", e, "fail" in str(e.__cause__))
        print("map:", outcome(lambda: pool.map(fail, ["index"])))
        it = pool.imap(fail_if_odd, range(4))
        print("imap:", [outcome(it.next) for _ in range(4)])
        print("unharmed:", pool.map(abs, range(5)))


if __name__ == "__main__":
    main()
