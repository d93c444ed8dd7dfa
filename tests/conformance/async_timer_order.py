# async_timer_order: what is due runs in the order of its time, ties in the order of their making, after what was ready.
# needs: 3.11
# From: rows A13 and A26, and the documentation of call_at and call_later.
import asyncio

log = []


async def rounds(count):
    for number in range(count):
        log.append(f"-{number}-")
        await asyncio.sleep(0)


async def main():
    loop = asyncio.get_running_loop()
    now = loop.time()

    # All in the past: one batch, by their times.
    for delay in (5, 3, 9, 1, 7, 2, 8, 4, 6):
        loop.call_at(now - 10 + delay, log.append, f"at {delay}")
    loop.call_soon(log.append, "soon")
    await rounds(2)
    print(log)

    # Two of one time.
    log.clear()
    loop.call_at(now - 1, log.append, "first")
    loop.call_at(now - 1, log.append, "second")
    await rounds(1)
    print(log)

    # Negative delays count back from now; zero is now.
    log.clear()
    loop.call_later(0, log.append, "0")
    loop.call_later(-1, log.append, "-1")
    loop.call_later(-3, log.append, "-3")
    loop.call_later(-2, log.append, "-2")
    loop.call_at(loop.time() - 2.5, log.append, "at -2.5")
    await rounds(2)
    print(log)

    # A timer that is due stands behind what was ready when the round began; what comes in the round waits for the next.
    log.clear()
    loop.call_soon(lambda: loop.call_soon(log.append, "nested"))
    loop.call_later(0, log.append, "timer")
    loop.call_soon(log.append, "soon")
    await rounds(3)
    print(log)

    # A timer that schedules itself anew with no delay does so once a round, and starves nobody.
    log.clear()

    def again(count):
        log.append(f"again {count}")
        if count > 0:
            loop.call_later(0, again, count - 1)

    again(3)
    await rounds(4)
    print(log)


asyncio.run(main())
