# async_cancel_uncancel: cancelling() counts, uncancel() takes back; at zero what has not been thrown yet is forgotten.
# needs: 3.13
# From: rows A2 and A3, python/cpython#116720 and its answer #117407 (uncancel() to zero resets the flag).
import asyncio

from show import awaited

log = []


async def swallows(times):
    """Swallows that many cancellations, and tells what it sees."""
    task = asyncio.current_task()
    while times > 0:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            log.append(task.cancelling())
            times -= 1
    return task.cancelling()


async def main():
    task = asyncio.create_task(swallows(3))
    await asyncio.sleep(0)
    for number in range(3):
        print(task.cancel(), task.cancelling(), task.done())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    print(await awaited(task), task.cancelled(), task.cancelling(), log)

    # Taken back as often as it was asked for; more often is no error.
    async def counts():
        task = asyncio.current_task()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            log.append([task.cancelling(), task.uncancel(), task.uncancel(), task.uncancel(), task.cancelling()])
        await asyncio.sleep(0)
        return "through"

    log.clear()
    task = asyncio.create_task(counts())
    await asyncio.sleep(0)
    task.cancel()
    task.cancel()
    print(await awaited(task), task.cancelled(), log)

    # Forgotten before it was thrown: by others, before the start and while the task only waits for its turn.
    async def turns():
        for number in range(3):
            await asyncio.sleep(0)
        return "turns"

    task = asyncio.create_task(turns())
    print(task.cancel(), task.uncancel(), task.cancelling())
    print(await awaited(task), task.cancelled())
    task = asyncio.create_task(turns())
    await asyncio.sleep(0)
    print(task.cancel(), task.cancel(), task.uncancel(), task.uncancel())
    print(await awaited(task), task.cancelled())
    task = asyncio.create_task(turns())
    await asyncio.sleep(0)
    print(task.cancel(), task.cancel(), task.uncancel(), task.cancelling())
    print(await awaited(task), task.cancelled())

    # Too late: what it waits for has been cancelled.
    task = asyncio.create_task(swallows(1))
    await asyncio.sleep(0)
    print(task.cancel(), task.uncancel())
    print(await awaited(task), task.cancelled(), task.cancelling())


asyncio.run(main())
