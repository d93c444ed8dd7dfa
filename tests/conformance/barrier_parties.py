# barrier_parties: a barrier for nobody is refused.
# needs: 3.13
# From: row T13, and python/cpython#121474: Barrier(-1) was made, and wait() hung.
import threading

from show import outcome

print("Barrier(0):", outcome(lambda: threading.Barrier(0)))
print("Barrier(-1):", outcome(lambda: threading.Barrier(-1)))
print("Barrier(-1, timeout=1):", outcome(lambda: threading.Barrier(-1, timeout=1)))
barrier = threading.Barrier(1)
print(barrier.parties, barrier.n_waiting, barrier.broken, barrier.wait())
barrier = threading.Barrier(1000000)
print(barrier.parties, barrier.n_waiting, barrier.broken)
print("wait(0):", outcome(lambda: barrier.wait(0)))
