# async_sleep_delays: sleep() with zero, negative, tiny and endless delays, and its result.
# needs: 3.11
# From: row A13 (not NaN, which CPython treats in two ways), and the documentation of asyncio.sleep.
import asyncio
import math

from show import awaited

log = []


async def main():
    loop = asyncio.get_running_loop()

    # Zero and less are one turn each.
    async def turns(name, delay):
        for number in range(3):
            log.append(f"{name}{number}")
            await asyncio.sleep(delay)

    await asyncio.gather(turns("a", 0), turns("b", -1), turns("c", -0.0), turns("d", -math.inf), turns("e", -1e300))
    print(log)

    # The result.
    print(await asyncio.sleep(0, "zero"), await asyncio.sleep(-5, "negative"), await asyncio.sleep(0.001, "short"))
    print(await asyncio.sleep(0), await asyncio.sleep(0, [1, 2]))

    # Not shorter than it was asked for.
    for delay in (0.003, 0.02):
        begin = loop.time()
        await asyncio.sleep(delay)
        print(delay, loop.time() - begin >= delay)

    # By their delays, whatever the order of their begin.
    log.clear()

    async def sleeps(delay):
        await asyncio.sleep(delay)
        log.append(str(delay))

    await asyncio.gather(*[sleeps(delay) for delay in (0.09, 0.03, 0.06, -1)])
    print(log)

    # Endless ones: never, and no error. Cancelled, they end.
    for delay in (math.inf, 1e300, 1e10):
        task = asyncio.create_task(asyncio.sleep(delay, "never"))
        await asyncio.sleep(0.002)
        print(delay, task.done(), task.cancel(), await awaited(task))


asyncio.run(main())
