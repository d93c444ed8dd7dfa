# future_waiters: all who wait in result() or exception() go on, whatever the end.
# needs: 3.11
# From: rows F5 and F1, with several threads.
import concurrent.futures as futures
import threading

from show import outcome, until_asleep


def check(what, end):
    f = futures.Future()
    lock = threading.Lock()
    seen = []

    def wait(call):
        text = str(outcome(call))
        with lock:
            seen.append(text)

    calls = [f.result, lambda: f.result(1000), f.result, lambda: f.exception() is None]
    threads = [threading.Thread(target=wait, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
        until_asleep(thread)
    with lock:
        print(what, "before:", seen)
    end(f)
    for thread in threads:
        thread.join()
    print(what, "after:", sorted(seen))


def run_first(f):
    f.set_running_or_notify_cancel()
    f.set_result("ran")


check("result", lambda f: f.set_result("a"))
check("running, then result", run_first)
check("exception", lambda f: f.set_exception(ValueError("bad")))
check("cancel", lambda f: f.cancel())
