# connection_wait: which of several connections and descriptors are ready, in the order of the list.
# needs: 3.11
# From: the documentation of multiprocessing.connection.wait(), and TestWait of CPython's tests.
import os
import threading
import time
from multiprocessing import Pipe
from multiprocessing.connection import wait

from show import outcome, until_asleep

pipes = [Pipe() for _ in range(4)]
ends = [a for a, _ in pipes]
others = [b for _, b in pipes]


def places(ready, objects):
    return [objects.index(each) for each in ready]


print("nothing:", places(wait(ends, 0), ends), places(wait(ends, -1), ends), places(wait([], 0), ends))
begin = time.monotonic()
print("for a while:", places(wait(ends, 0.05), ends), time.monotonic() - begin >= 0.05)
others[2].send("x")
print("one:", places(wait(ends), ends))
others[0].send("y")
others[0].send("z")
print("two:", places(wait(ends, 10), ends))
turned = ends[::-1]
print("turned:", places(wait(turned), turned))
print("still:", ends[0].recv(), places(wait(ends, 0), ends))
ends[0].recv()
ends[2].recv()
print("no more:", places(wait(ends, 0), ends))
others[3].close()
print("an end:", places(wait(ends, None), ends))
print("and a message:", others[1].send_bytes(b""), places(wait(ends, None), ends))

r, w = Pipe(False)
print("one that sends:", wait([w], 0) == [w])
r.close()
print("to nobody:", wait([w]) == [w])

read, write = os.pipe()
mixed = [read, ends[0]]
print("descriptors:", places(wait(mixed, 0), mixed))
os.write(write, b"x")
print("readable:", places(wait(mixed), mixed))
others[0].send("x")
print("both:", places(wait(mixed), mixed))
os.read(read, 1)
os.close(write)
print("hung up:", places(wait(mixed), mixed))

print("twice:", type(outcome(lambda: wait([ends[0], ends[0]], 0))).__name__, outcome(lambda: wait([ends[0], ends[0]], 0))[:8])
ends[0].close()
print("closed:", outcome(lambda: wait(ends, 0)))

a, b = Pipe()
c, d = Pipe()
got = []
waiter = threading.Thread(target=lambda: got.extend(places(wait([a, c]), [a, c])))
waiter.start()
until_asleep(waiter)
d.send("x")
waiter.join()
print("woken:", got)
