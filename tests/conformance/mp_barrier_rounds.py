# mp_barrier_rounds: processes meet; each gets an index of its own, and the action runs once a round.
# needs: 3.11
# From: row T13, on the sunny side, and Lib/test/_test_multiprocessing.py, _TestBarrier.
from show import until
from show_processes import Forked, context

actions = context.Semaphore(0)
barrier = context.Barrier(3, actions.release)
print("parties:", barrier.parties, "waiting:", barrier.n_waiting, "broken:", barrier.broken)


def meet(rounds):
    sums = 0
    for done in range(rounds):
        index = barrier.wait()
        sums += index
        if actions.get_value() <= done:
            return "too early"
    return sums


children = [Forked(lambda: meet(20)) for _ in range(3)]
print("indices in all:", sum(int(child.said()) for child in children))
print("actions:", actions.get_value())
print("waiting:", barrier.n_waiting, "broken:", barrier.broken)

# The index is the order of coming.
first = Forked(barrier.wait)
until(lambda: barrier.n_waiting == 1)
second = Forked(barrier.wait)
until(lambda: barrier.n_waiting == 2)
print("the last:", barrier.wait())
print("the first:", first.said(), "the second:", second.said())
print("actions:", actions.get_value())

single = context.Barrier(1)
print("a party of one:", single.wait(), single.wait(0), single.wait(timeout=5))
