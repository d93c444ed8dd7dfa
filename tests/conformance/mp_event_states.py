# mp_event_states: an Event of multiprocessing is one flag in all processes.
# needs: 3.11
# From: row P5 (on the sunny side) and T7 (a negative timeout only looks).
from show import in_thread, outcome
from show_processes import Forked, context, in_process

event = context.Event()
print("at first:", event.is_set(), event.wait(0), event.wait(-1), event.wait(0.01), in_process(event.is_set))
print("set:", outcome(event.set), outcome(event.set), event.is_set(), event.wait(), event.wait(0))
print("a child:", in_process(event.is_set), in_process(event.wait), in_process(event.clear))
print("cleared by it:", event.is_set(), event.wait(timeout=0.01))
print("clear:", outcome(event.clear), event.is_set())
print("a child sets:", in_process(event.set), event.is_set(), in_thread(event.wait))
event.clear()

children = [Forked(event.wait) for _ in range(3)]
event.set()
print("three wait:", [child.said() for child in children])
event.clear()
print("in vain:", in_process(lambda: event.wait(0.02)))

ping, pong = context.Event(), context.Event()


def play():
    for _ in range(50):
        ping.wait()
        ping.clear()
        pong.set()
    return "played"


child = Forked(play)
for _ in range(50):
    ping.set()
    pong.wait()
    pong.clear()
print("the child has", child.said(), ping.is_set(), pong.is_set())
