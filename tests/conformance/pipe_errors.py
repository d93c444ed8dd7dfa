# pipe_errors: what one may not do with an end, and in what order that is found out.
# needs: 3.11
# From: row P22's neighbourhood (use after close), and the checks of Lib/multiprocessing/connection.py.
from multiprocessing import BufferTooShort, Pipe

from show import outcome

a, b = Pipe()
print("offset -1:", outcome(lambda: a.send_bytes(b"abc", -1)))
print("offset 4:", outcome(lambda: a.send_bytes(b"abc", 4)))
print("size -1:", outcome(lambda: a.send_bytes(b"abc", 1, -1)))
print("size 3 at 1:", outcome(lambda: a.send_bytes(b"abc", 1, 3)))
print("both wrong:", outcome(lambda: a.send_bytes(b"abc", -1, -1)))
print("nothing came:", b.poll())
print("maxlength -1:", outcome(lambda: b.recv_bytes(-1)))
room = bytearray(5)
print("into at -1:", outcome(lambda: b.recv_bytes_into(room, -1)))
print("into at 6:", outcome(lambda: b.recv_bytes_into(room, 6)))

for size in (6, 100, 50000):
    a.send_bytes(b"x" * size)
    try:
        b.recv_bytes_into(room)
    except BufferTooShort as e:
        print("too short:", len(e.args[0]), e.args[0] == b"x" * size)
a.send_bytes(b"abc")
try:
    b.recv_bytes_into(room, 3)
except BufferTooShort as e:
    print("too short at 3:", e.args[0].decode())
print("it is gone:", b.poll())

a.send_bytes(b"x" * 10)
print("too long:", outcome(lambda: b.recv_bytes(5)))
print("then:", b.readable, b.writable, b.closed)
print("recv_bytes:", outcome(b.recv_bytes))
print("poll:", outcome(b.poll))
print("send still works:", outcome(lambda: b.send_bytes(b"x")), a.recv_bytes().decode())

r, w = Pipe(False)
print("r.send:", outcome(lambda: r.send(1)))
print("r.send_bytes, wrong besides:", outcome(lambda: r.send_bytes(b"", -1)))
print("w.recv:", outcome(w.recv))
print("w.recv_bytes, wrong besides:", outcome(lambda: w.recv_bytes(-1)))
print("w.recv_bytes_into, wrong besides:", outcome(lambda: w.recv_bytes_into(room, -1)))
print("w.poll:", outcome(w.poll))
w.send_bytes(b"x" * 10)
print("too long:", outcome(lambda: r.recv_bytes(5)))
print("then:", r.readable, r.writable, r.closed)
print("recv_bytes:", outcome(r.recv_bytes))

c, d = Pipe()
print("close:", c.close(), c.close(), c.closed, c.readable, c.writable)
for name, call in (
    ("send", lambda: c.send(1)),
    ("send_bytes, wrong besides", lambda: c.send_bytes(b"", -1)),
    ("recv", c.recv),
    ("recv_bytes, wrong besides", lambda: c.recv_bytes(-1)),
    ("poll", c.poll),
    ("fileno", c.fileno),
):
    print(name + ":", outcome(call))
w.close()
print("closed comes before write-only:", outcome(w.recv))
