# async_as_completed_tasks: asynchronous iteration gives the very tasks that were passed, as they end.
# needs: 3.13
# From: python/cpython#77714, which asked for it; new in 3.13.
import asyncio

from show import awaited


async def child(name, rounds, error=None):
    for _ in range(rounds):
        await asyncio.sleep(0)
    if error is not None:
        raise error
    return name


async def main():
    tasks = [
        asyncio.create_task(child("c", 6)),
        asyncio.create_task(child("a", 0)),
        asyncio.create_task(child("b", 3, ValueError("x"))),
    ]
    async for task in asyncio.as_completed(tasks):
        print(tasks.index(task), task.done(), await awaited(task))

    # Coroutines become tasks.
    async for task in asyncio.as_completed([child("y", 2), child("x", 0)]):
        print(asyncio.isfuture(task), task.result())

    # One by one, and what comes after the last.
    futures = [asyncio.get_running_loop().create_future() for _ in range(2)]
    results = asyncio.as_completed([futures[0], futures[1], futures[0]])
    futures[1].set_result(1)
    print((await anext(results)) is futures[1])
    futures[0].cancel()
    print((await anext(results)) is futures[0])
    print(await anext(results, None))

    # Several are there at once: in the order of their ends.
    several = [asyncio.get_running_loop().create_future() for _ in range(3)]
    results = asyncio.as_completed(several)
    for place in (2, 0, 1):
        several[place].set_result(place)
    await asyncio.sleep(0)
    print([task.result() async for task in results])

    # Out of time.
    hangs = [asyncio.get_running_loop().create_future() for _ in range(2)]
    results = asyncio.as_completed(hangs, timeout=0.005)
    print(await awaited(anext(results)), await awaited(anext(results)), await anext(results, None))
    print([hang.done() for hang in hangs])


asyncio.run(main())
