# async_timer_handles: when(), cancel() and cancelled() of a timer, also for times that never come.
# needs: 3.11
# From: row A13, and the documentation of TimerHandle.when.
import asyncio
import math

log = []


async def main():
    loop = asyncio.get_running_loop()

    # when() is what call_at() was given.
    for when in (0.0, 0.1, 123.0, 1e6 + 1 / 3, 1e12, math.inf):
        handle = loop.call_at(when + 1e5 if when < 1e5 else when, log.append, "due")
        handle.cancel()
        print(when, handle.when() == (when + 1e5 if when < 1e5 else when), handle.cancelled())

    # Of call_later() it is the time of the call and the delay.
    for delay in (0, 60, -60):
        before = loop.time()
        handle = loop.call_later(delay, log.append, "later")
        after = loop.time()
        print(delay, before + delay <= handle.when() <= after + delay)
        handle.cancel()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    print(log)

    # A timer may be cancelled by another one of the same batch.
    now = loop.time()
    second = loop.call_at(now - 1, log.append, "second")
    first = loop.call_at(now - 2, lambda: (log.append("first"), second.cancel()))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    print(log, first.cancelled(), second.cancelled())

    # One that has run can be cancelled, in vain, and still says when it was due.
    first.cancel()
    print(first.cancelled(), first.when() == now - 2)


asyncio.run(main())
