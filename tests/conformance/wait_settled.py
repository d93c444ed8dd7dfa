# wait_settled: what wait() says of futures that are done before it is called; duplicates, none at all, timeouts.
# needs: 3.11
# From: row F6, and bpo-20369: wait() never came back when it was given the same future twice.
import concurrent.futures as futures

FIRST_COMPLETED = futures.FIRST_COMPLETED
FIRST_EXCEPTION = futures.FIRST_EXCEPTION
ALL_COMPLETED = futures.ALL_COMPLETED

pending = futures.Future()
running = futures.Future()
running.set_running_or_notify_cancel()
finished = futures.Future()
finished.set_result(1)
failed = futures.Future()
failed.set_exception(ValueError("bad"))
failed.exception()
told = futures.Future()
told.cancel()
told.set_running_or_notify_cancel()
names = {pending: "pending", running: "running", finished: "finished", failed: "failed", told: "told"}


def check(what, found):
    done, not_done = found
    print(what, sorted(names[f] for f in done), sorted(names[f] for f in not_done))


everything = [pending, running, finished, failed, told]
check("first completed:", futures.wait(everything, return_when=FIRST_COMPLETED))
check("first exception:", futures.wait(everything, return_when=FIRST_EXCEPTION))
check("all, no time:", futures.wait(everything, timeout=0))
check("all, less than no time:", futures.wait(everything, timeout=-1))
check("all, some time:", futures.wait(everything, 0.01, ALL_COMPLETED))
check("nothing done:", futures.wait([pending, running], 0, FIRST_COMPLETED))
check("no exception:", futures.wait([pending, finished, told], 0.01, FIRST_EXCEPTION))
check("all done:", futures.wait([told, failed, finished]))

check("twice:", futures.wait([finished, finished]))
check("twice:", futures.wait([finished, failed, finished, failed, failed], None, ALL_COMPLETED))
check("twice, pending:", futures.wait([pending, finished, pending], 0))

check("none:", futures.wait([]))
check("none:", futures.wait([], return_when=FIRST_COMPLETED))
check("none:", futures.wait([], 1000, FIRST_EXCEPTION))
