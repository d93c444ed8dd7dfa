# async_gather_cancel: cancelling a gather(), or the task that awaits it, cancels all children that are not done.
# needs: 3.12
# From: row A22, bpo-26923 (cancel() of a gather() whose children are done must say False), and python/cpython#85071
# (cancelled() of a gather() is never true).
import asyncio

from show import awaited

log = []


async def child(name, refuses=False):
    try:
        await asyncio.get_running_loop().create_future()
    except asyncio.CancelledError as e:
        log.append(f"{name}: {e}")
        if not refuses:
            raise
    return name


async def quick():
    return "quick"


async def main():
    # The future is cancelled.
    tasks = [asyncio.create_task(child("a")), asyncio.create_task(quick()), asyncio.create_task(child("b"))]
    outer = asyncio.gather(*tasks)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    print(outer.cancel("enough"), outer.done(), log)
    print(await awaited(outer), log, [t.cancelled() for t in tasks], outer.cancelled())
    print("again:", outer.cancel())

    # The task that awaits it is cancelled.
    log.clear()

    async def waits():
        await asyncio.gather(child("c"), child("d"))

    task = asyncio.create_task(waits())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    print(task.cancel("from outside"))
    print(await awaited(task), log, task.cancelled())

    # A child that takes it and goes on; the cancellation is not lost.
    log.clear()
    stubborn = asyncio.create_task(child("stubborn", refuses=True))
    outer = asyncio.gather(stubborn)
    await asyncio.sleep(0)
    print(outer.cancel("please"))
    print(await awaited(outer), log, stubborn.result(), stubborn.cancelling())

    # One that stands there twice.
    twice = asyncio.create_task(child("twice"))
    outer = asyncio.gather(twice, twice)
    await asyncio.sleep(0)
    outer.cancel()
    print(await awaited(outer), twice.cancelled())

    # All are done, gather() has not heard of it: too late.
    future = asyncio.get_running_loop().create_future()
    outer = asyncio.gather(future)
    future.set_result("in time")
    print(outer.cancel(), await awaited(outer))

    # Before the children have begun, they never do.
    log.clear()
    outer = asyncio.gather(child("never"), child("neither"))
    print(outer.cancel(), await awaited(outer), log)


asyncio.run(main())
