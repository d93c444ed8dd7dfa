# mp_barrier_broken: what breaks a Barrier of multiprocessing, who hears of it, and what mends it.
# needs: 3.11
# From: row T13, and python/cpython#123899 (a party that is killed).
from show import outcome, until
from show_processes import Forked, context, in_process

barrier = context.Barrier(3)


def one_waits():
    child = Forked(barrier.wait)
    until(lambda: barrier.n_waiting == 1)
    return child


child = one_waits()
print("a timeout:", outcome(lambda: barrier.wait(0.02)), child.said(), barrier.broken, barrier.n_waiting)
print("from then on:", outcome(barrier.wait), in_process(barrier.wait))
print("reset:", outcome(barrier.reset), barrier.broken)
print("no time at all:", outcome(lambda: barrier.wait(0)), barrier.broken)
barrier.reset()
print("less:", outcome(lambda: barrier.wait(-1)), barrier.broken)
barrier.reset()

child = one_waits()
print("abort:", in_process(barrier.abort), child.said(), barrier.broken)
barrier.reset()
child = one_waits()
print("reset with one inside:", in_process(barrier.reset), child.said(), barrier.broken)
children = [Forked(barrier.wait) for _ in range(3)]
print("mended:", sorted(child.said() for child in children), barrier.broken)


def fails():
    raise ValueError("no")


barrier = context.Barrier(2, fails)
child = one_waits()
print("an action that raises:", outcome(barrier.wait), child.said(), barrier.broken)

barrier = context.Barrier(2, timeout=0.02)
print("the barrier's own timeout:", outcome(barrier.wait), barrier.broken)
barrier.reset()
child = Forked(lambda: barrier.wait(20))
until(lambda: barrier.n_waiting == 1)
print("another one:", barrier.wait(), child.said())
