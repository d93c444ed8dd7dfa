# barrier_rounds: each round everybody gets an index of his own, and the action runs once, before anybody goes on.
# needs: 3.11
# From: row T13, on the sunny side.
import threading

from show import until

PARTIES = 4
ROUNDS = 50
actions = 0
seen = []
lock = threading.Lock()


def action():
    global actions
    actions += 1


def work():
    for _ in range(ROUNDS):
        index = barrier.wait()
        with lock:
            seen.append((actions, index))
        barrier2.wait()


barrier = threading.Barrier(PARTIES, action)
barrier2 = threading.Barrier(PARTIES)
print("parties:", barrier.parties, "waiting:", barrier.n_waiting, "broken:", barrier.broken)
threads = [threading.Thread(target=work) for _ in range(PARTIES)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("actions:", actions)
print("every index once a round:", sorted(seen) == [(a, i) for a in range(1, ROUNDS + 1) for i in range(PARTIES)])

# The index is the order of coming, and the last one runs the action.
order = []
three = threading.Barrier(3, lambda: order.append(threading.current_thread().name))


def come():
    index = three.wait()
    with lock:
        order.append(f"{index} to the {threading.current_thread().name}")


first = threading.Thread(target=come, name="first")
first.start()
until(lambda: three.n_waiting == 1)
second = threading.Thread(target=come, name="second")
second.start()
until(lambda: three.n_waiting == 2)
print("waiting:", three.n_waiting)
third = threading.Thread(target=come, name="third")
third.start()
for thread in first, second, third:
    thread.join()
print("action by:", order[0])
print("indices:", sorted(order[1:]))
print("waiting:", three.n_waiting, "broken:", three.broken)

single = threading.Barrier(1)
print("a party of one:", single.wait(), single.wait(0), single.wait())
