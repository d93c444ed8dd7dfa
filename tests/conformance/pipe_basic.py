# pipe_basic: what goes in at one end comes out at the other, whole and in order.
# needs: 3.11
# From: the documentation of Connection, and _TestConnection.test_connection of CPython's tests.
import threading
from multiprocessing import Pipe

from show import outcome, until_asleep

a, b = Pipe()
print("duplex:", a.readable, a.writable, b.readable, b.writable, a.closed)
r, w = Pipe(duplex=False)
print("one way:", r.readable, r.writable, w.readable, w.writable)
print("objects:", outcome(lambda: a.send([1, 2, 3])), b.recv())
b.send("back")
print("and back:", a.recv())
a.send({"x": 1.5}["x"])
print("a number:", b.recv())

a.send_bytes(b"hello")
a.send_bytes(b"hello", 2)
a.send_bytes(b"hello", 1, 3)
a.send_bytes(b"hello", 5)
a.send_bytes(b"")
a.send_bytes(b"hello", 0, 0)
print("poll:", b.poll(), b.poll(0), b.poll(0.01), b.poll(-1), b.poll(None))
print("bytes:", [b.recv_bytes().decode() for _ in range(6)])
print("poll:", b.poll(), b.poll(0), b.poll(0.01), b.poll(-1))

room = bytearray(b"..........")
a.send_bytes(b"abc")
print("into:", b.recv_bytes_into(room), room.decode())
a.send_bytes(b"def")
print("into at 4:", b.recv_bytes_into(room, 4), room.decode())
a.send_bytes(b"gh")
print("into at 8:", b.recv_bytes_into(room, 8), room.decode())
a.send_bytes(b"")
print("nothing at 10:", b.recv_bytes_into(room, 10), room.decode())
a.send_bytes(b"12345")
print("maxlength:", b.recv_bytes(5).decode())

for size in (0, 1, 1000, 65536, 1000000):
    sender = threading.Thread(target=lambda n=size: a.send_bytes(b"x" * n))
    sender.start()
    print("size:", len(b.recv_bytes()))
    sender.join()

got = []
receiver = threading.Thread(target=lambda: got.append(b.recv()))
receiver.start()
until_asleep(receiver)
a.send("woken")
receiver.join()
print("got:", got)

state = 4711
digest = 0
for number in range(2000):
    state = (state * 1103515245 + 12345) % 2147483648
    w.send(state >> 16)
    if number % 7 == 6:
        while r.poll():
            digest = (digest * 31 + r.recv()) % 1000000007
while r.poll():
    digest = (digest * 31 + r.recv()) % 1000000007
print("walk:", digest)
