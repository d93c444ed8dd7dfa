# barrier_parties: a barrier for nobody is refused.
# needs: 3.13
# From: row T13, and python/cpython#121474: Barrier(-1) was made, and wait() hung.
import threading

from show import outcome

print("Barrier(0):", outcome(lambda: threading.Barrier(0)))
print("Barrier(-1):", outcome(lambda: threading.Barrier(-1)))
print("Barrier(-1, timeout=1):", outcome(lambda: threading.Barrier(-1, timeout=1)))
one = threading.Barrier(1)
print(one.parties, one.n_waiting, one.broken, one.wait())
million = threading.Barrier(1000000)
print(million.parties, million.n_waiting, million.broken)
print("wait(0):", outcome(lambda: million.wait(0)))
