# mp_pool_timeouts: how long get(), wait() and next() wait.
# needs: 3.11
# From: row T7, for AsyncResult and IMapIterator, and CPython's _TestPool (test_async_timeout).
import multiprocessing
import re
import time

from show import outcome, said


def after(seconds, call):
    begin = time.monotonic()
    result = outcome(call)
    return result, time.monotonic() - begin >= seconds


def bare(text):
    """Without the address."""
    return re.sub("0x[0-9a-f]+", "0x", text)


def init(gate):
    global the_gate
    the_gate = gate


def through_gate(x):
    the_gate.wait()
    return x


def main():
    context = multiprocessing.get_context("fork")
    gate = context.Event()
    with context.Pool(1, init, (gate,)) as pool:
        result = pool.apply_async(through_gate, (7,))
        print("ready:", result.ready())
        print("get:", outcome(lambda: result.get(0)), outcome(lambda: result.get(-1)))
        print("get:", after(0.05, lambda: result.get(0.05)))
        print("get:", after(0.05, lambda: result.get(timeout=0.05)))
        print("wait:", outcome(lambda: result.wait(0)), outcome(lambda: result.wait(-1)))
        print("wait:", after(0.05, lambda: result.wait(0.05)))
        print("successful:", bare(outcome(result.successful)))
        mapped = pool.map_async(through_gate, range(3))
        print("map:", mapped.ready(), outcome(lambda: mapped.get(0)), after(0.05, lambda: mapped.get(0.05)))
        print("successful:", bare(outcome(mapped.successful)))
        it = pool.imap(through_gate, range(2))
        print("next:", outcome(lambda: it.next(0)), outcome(lambda: it.next(-1)), after(0.05, lambda: it.next(0.05)))
        print("next:", after(0.05, lambda: it.next(timeout=0.05)))
        gate.set()
        print("get:", result.get(0.001 + 10), result.get(0), result.get(-1))
        print("map:", mapped.get(10), mapped.successful())
        print("next:", it.next(10), it.next(timeout=10))
        try:
            raise multiprocessing.TimeoutError
        except multiprocessing.ProcessError as e:
            print("a ProcessError:", said(e))


if __name__ == "__main__":
    main()
