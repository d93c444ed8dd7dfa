# async_bounded_semaphore: how many permits a bounded one has, and a barrier that breaks under those who wait.
# needs: 3.11
# From: the documentation of BoundedSemaphore and BrokenBarrierError, and bpo-45997 (locked() while others wait).
import asyncio

from show import outcome

log = []


async def takes(semaphore, name):
    await semaphore.acquire()
    log.append(f"{name} has it")


async def waits(barrier, name):
    try:
        await barrier.wait()
        log.append(f"{name} is through")
    except asyncio.BrokenBarrierError:
        log.append(f"{name} finds it broken")


async def main():
    one = asyncio.BoundedSemaphore()
    print(one.locked(), await one.acquire(), one.locked())
    one.release()
    print(one.locked(), outcome(one.release), one.locked())

    two = asyncio.BoundedSemaphore(2)
    states = []
    for number in range(3):
        states.append(str(two.locked()))
        if number < 2:
            await two.acquire()
    task = asyncio.create_task(takes(two, "a"))
    await asyncio.sleep(0)
    two.release()
    states.append(str(two.locked()))
    print(states, log)
    await task
    print(two.locked(), log)
    two.release()
    two.release()
    print(two.locked(), outcome(two.release))
    print(outcome(lambda: asyncio.BoundedSemaphore(-1)), asyncio.BoundedSemaphore(0).locked())

    log.clear()
    barrier = asyncio.Barrier(3)
    tasks = [asyncio.create_task(waits(barrier, name)) for name in "bc"]
    await asyncio.sleep(0)
    await barrier.abort()
    await asyncio.gather(*tasks)
    await waits(barrier, "d")
    print(barrier.broken, log)


asyncio.run(main())
