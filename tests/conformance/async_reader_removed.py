# async_reader_removed: a reader that is removed or replaced, when it was found ready already, is not called any more.
# needs: 3.11
# From: row A16, and the documentation of remove_reader(). Which of two ready ones comes first is the system's secret.
import asyncio
import socket

from show import outcome

log = []


async def main():
    loop = asyncio.get_running_loop()
    pairs = [socket.socketpair() for _ in range(2)]

    # Both are ready in one round; the first one that is called removes the other.
    def remove_the_other(me):
        log.append("called")
        pairs[me][0].recv(1)
        log.append(str(loop.remove_reader(pairs[1 - me][0])))

    for me in range(2):
        loop.add_reader(pairs[me][0], remove_the_other, me)
        pairs[me][1].send(b"x")
    for _ in range(3):
        await asyncio.sleep(0)
    print(log)
    for left, _ in pairs:
        loop.remove_reader(left)
        left.setblocking(False)
        outcome(lambda: left.recv(9))

    # The same, with another callback in its place, and with its removal by a callback of the same round.
    log.clear()

    def replace_the_other(me):
        log.append("called")
        pairs[me][0].recv(1)
        other = pairs[1 - me][0]
        loop.add_reader(other, lambda: log.append("replaced " + other.recv(1).decode()))

    for me in range(2):
        loop.add_reader(pairs[me][0], replace_the_other, me)
        pairs[me][1].send(b"y")
    for _ in range(3):
        await asyncio.sleep(0)
    print(log)

    # Itself.
    log.clear()
    left, right = pairs[0]
    loop.add_reader(left, lambda: (log.append("once"), loop.remove_reader(left)))
    right.send(b"z")
    for _ in range(3):
        await asyncio.sleep(0)
    print(log, left.recv(9).decode())

    # Closed, and its number taken by another one.
    log.clear()
    loop.add_reader(left, lambda: log.append("stale"))
    number = left.fileno()
    print(loop.remove_reader(number))
    left.close()
    right.close()
    again = socket.socketpair()
    print("the same number:", again[0].fileno() == number)
    again[1].send(b"!")
    for _ in range(3):
        await asyncio.sleep(0)
    print(log)
    loop.add_reader(again[0], lambda: log.append("new " + again[0].recv(1).decode()))
    for _ in range(3):
        await asyncio.sleep(0)
    print(log, loop.remove_reader(again[0]))
    print("a negative one:", outcome(lambda: loop.add_reader(-1, print)))
    for each in (*again, *pairs[1]):
        each.close()


asyncio.run(main())
