# async_readers: readers and writers are called in every round in which they are ready, behind what was queued.
# needs: 3.11
# From: row A32, and the documentation of add_reader() and add_writer().
import asyncio
import os
import socket

log = []


async def main():
    loop = asyncio.get_running_loop()
    left, right = socket.socketpair()
    left.setblocking(False)

    # Readiness is looked at in every round.
    loop.add_reader(left, lambda: (log.append("io"), left.recv(1)))
    right.send(b"a")
    for n in range(4):
        log.append(str(n))
        await asyncio.sleep(0)
    print(log)

    # For as long as there is something to read.
    log.clear()
    right.send(b"bcd")
    for n in range(5):
        log.append(str(n))
        await asyncio.sleep(0)
    print(log)

    # What was ready before stands before it.
    log.clear()
    right.send(b"e")
    loop.call_soon(log.append, "call_soon")
    future = loop.create_future()
    future.add_done_callback(lambda f: log.append("done callback"))
    future.set_result(None)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    print(log)

    # Another callback takes the place of the first.
    log.clear()
    loop.add_reader(left, lambda text: log.append(text + left.recv(9).decode()), "second: ")
    right.send(b"f")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    print(log, loop.remove_reader(left), loop.remove_reader(left), loop.remove_writer(left))
    right.send(b"g")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    print(log, left.recv(9).decode())

    # Both for one descriptor.
    log.clear()
    loop.add_writer(left, lambda: (log.append("writable"), loop.remove_writer(left)))
    loop.add_reader(left, lambda: log.append(f"readable {left.recv(1).decode()}"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    print(log)
    right.send(b"h")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    print(log)

    # The other end is closed: readable, with nothing to read.
    log.clear()
    loop.add_reader(left, lambda: (log.append(f"end {len(left.recv(1))}"), loop.remove_reader(left)))
    right.close()
    while not log:
        await asyncio.sleep(0)
    print(log)
    left.close()

    # A pipe, which wakes the loop out of its sleep.
    log.clear()
    readable, writable = os.pipe()
    got = loop.create_future()
    loop.add_reader(readable, lambda: got.set_result(os.read(readable, 9).decode()))
    loop.call_later(0.005, os.write, writable, b"pipe")
    print(await got, loop.remove_reader(readable))
    os.close(readable)
    os.close(writable)


asyncio.run(main())
