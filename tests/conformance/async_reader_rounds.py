# async_reader_rounds: a descriptor that is ready is called once a round, before what that round has queued runs out.
# needs: 3.11
# From: row A32, and row A26 for a timer beside it.
import asyncio
import os

log = []


async def rounds(count):
    for number in range(count):
        log.append(str(number))
        await asyncio.sleep(0)


async def main():
    loop = asyncio.get_running_loop()
    reading, writing = os.pipe()

    # Not ready: never.
    loop.add_reader(reading, log.append, "reader")
    await rounds(3)
    print(log)

    # Ready, and read at once: one call.
    log.clear()
    loop.add_reader(reading, lambda: log.append("read " + os.read(reading, 10).decode()))
    os.write(writing, b"x")
    await rounds(4)
    print(log)

    # Not read: one call in every round, behind what was queued, before a timer that is due.
    log.clear()
    loop.add_reader(reading, log.append, "reader")
    os.write(writing, b"y")
    loop.call_soon(log.append, "soon")
    loop.call_later(0, log.append, "timer")
    await rounds(4)
    print(log)

    # Removed, it is silent; removed again, it says so.
    log.clear()
    print(loop.remove_reader(reading), loop.remove_reader(reading))
    await rounds(2)
    print(log)

    # A writer that can always write.
    log.clear()
    loop.add_writer(writing, log.append, "writer")
    await rounds(3)
    print(loop.remove_writer(writing), log)

    # A callback that removes itself.
    log.clear()

    def once():
        log.append("once")
        loop.remove_reader(reading)

    loop.add_reader(reading, once)
    await rounds(3)
    print(log)
    os.close(reading)
    os.close(writing)


asyncio.run(main())
