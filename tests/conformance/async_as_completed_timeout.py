# async_as_completed_timeout: what is late is a TimeoutError each, and is not cancelled.
# needs: 3.12
# From: the documentation of as_completed(timeout), and row F6 in the loop.
import asyncio

from show import awaited

log = []


async def child(name, rounds):
    for _ in range(rounds):
        await asyncio.sleep(0)
    return name


async def hang():
    try:
        await asyncio.get_running_loop().create_future()
    except asyncio.CancelledError:
        log.append("cancelled")
        raise


async def main():
    tasks = [asyncio.create_task(hang()), asyncio.create_task(child("quick", 1)), asyncio.create_task(hang())]
    for each in asyncio.as_completed(tasks, timeout=0.01):
        print(await awaited(each), [t.done() for t in tasks], log)
    print("still there:", [t.done() for t in tasks])

    # Time enough.
    print([await each for each in asyncio.as_completed([child("a", 0), child("b", 2)], timeout=30)])

    # No time at all.
    print([await awaited(each) for each in asyncio.as_completed(tasks[::2], timeout=0)])
    print([await awaited(each) for each in asyncio.as_completed(tasks[::2], timeout=-1)])
    print("nothing:", [await awaited(each) for each in asyncio.as_completed([], timeout=0)])

    # Cancelled while it waits: that one wait ends, the next one takes what comes.
    futures = [asyncio.get_running_loop().create_future() for _ in range(2)]
    waits = [asyncio.create_task(awaited(each)) for each in asyncio.as_completed(futures, timeout=30)]
    await asyncio.sleep(0)
    waits[0].cancel()
    futures[1].set_result("for the second")
    print([await wait for wait in waits])
    print([t.done() for t in tasks], log)
    tasks[0].cancel()
    tasks[2].cancel()


asyncio.run(main())
