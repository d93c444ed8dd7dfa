# wait_unfinished: as_completed() says how many were not done in time.
# needs: 3.11
# From: row F6 ("1 (of 1) futures unfinished").
import concurrent.futures as futures

from show import outcome

taken = []


def take(fs, timeout):
    taken.clear()
    for f in futures.as_completed(fs, timeout):
        taken.append(f.result())


pending = futures.Future()
cancelled = futures.Future()
cancelled.cancel()
done = futures.Future()
done.set_result(1)
for timeout in 0, -1, 0.01:
    print(outcome(lambda: take([pending], timeout)), taken)
    print(outcome(lambda: take([pending, pending], timeout)), taken)
    print(outcome(lambda: take([pending, done, cancelled], timeout)), taken)
    print(outcome(lambda: take([done, done], timeout)), taken)

# The rest can still be had by another call; a timeout has cancelled nothing.
pending.set_result(2)
print(outcome(lambda: take([pending, done], 0)), sorted(taken))
