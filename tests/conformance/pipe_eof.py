# pipe_eof: the end comes when the last copy of the other end is closed, in whatever process, and after all that was sent.
# needs: 3.11
# From: the documentation of Connection.recv() and send(), and row P21: a child that also holds the other end never sees
# the end.
import os
import signal
from multiprocessing import Pipe

from show import outcome

r, w = Pipe(False)
w.send("first")
w.send("second")
w.close()
print("poll:", r.poll(), r.poll(None))
print("what was sent:", r.recv(), r.recv())
print("poll at the end:", r.poll(), r.poll(0.01), r.poll(None))
for _ in range(2):
    print("the end:", outcome(r.recv), outcome(r.recv_bytes))

a, b = Pipe()
a.close()
for _ in range(2):
    print("nobody listens:", outcome(lambda: b.send("x")))

# A child that has a copy.
r, w = Pipe(False)
gate, opener = Pipe(False)
child = os.fork()
if child == 0:
    gate.recv()
    w.send("from the child")
    os._exit(0)
w.close()
print("not yet:", r.poll(0.05))
opener.send("go")
print("got:", r.recv())
os.waitpid(child, 0)
print("the end:", outcome(r.recv))

# A child that is killed.
a, b = Pipe()
child = os.fork()
if child == 0:
    a.close()
    b.send("alive")
    signal.pause()
b.close()
print("got:", a.recv())
os.kill(child, signal.SIGKILL)
os.waitpid(child, 0)
print("the end:", a.poll(10), outcome(a.recv))
print("nobody listens:", outcome(lambda: a.send("x")))

# A child that asks and is answered until the end.
a, b = Pipe()
child = os.fork()
if child == 0:
    a.close()
    try:
        while True:
            b.send(b.recv() + 1)
    except EOFError:
        os._exit(7)
b.close()
total = 0
for number in range(100):
    a.send(number)
    total += a.recv()
print("total:", total)
a.close()
print("exit status:", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
