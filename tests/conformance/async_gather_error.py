# async_gather_error: the first exception is gather()'s, at once; the others go on, and their exceptions are lost.
# needs: 3.12
# From: row A22, and the documentation of gather(): children go on, and a failed gather() cannot be cancelled.
import asyncio

from show import awaited, said

log = []


async def child(name, rounds, error=None):
    for _ in range(rounds):
        await asyncio.sleep(0)
    log.append(name)
    if error is not None:
        raise error
    return name


async def main():
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: log.append("reported"))
    tasks = [
        asyncio.create_task(child("good", 4)),
        asyncio.create_task(child("bad", 1, ValueError("first"))),
        asyncio.create_task(child("worse", 2, RuntimeError("second"))),
    ]
    outer = asyncio.gather(*tasks)
    print(await awaited(outer))
    print(log, [t.done() for t in tasks], outer.cancelled(), said(outer.exception()))
    print("cancel() now:", outer.cancel(), [t.cancelling() for t in tasks])
    print(await awaited(tasks[0]), log, [t.cancelled() for t in tasks])
    del outer, tasks
    print("reports:", log.count("reported"))

    # Those that have failed already: the one that stands first.
    late = [asyncio.create_task(child("x", 1, ValueError("x"))), asyncio.create_task(child("y", 0, ValueError("y")))]
    await asyncio.wait(late)
    done = asyncio.gather(*late)
    print(done.done(), await awaited(done))
    loop = asyncio.get_running_loop()
    pending = loop.create_future()
    half = asyncio.gather(pending, late[1])
    print(half.done(), await awaited(half), pending.done())

    # One that is cancelled is as one that fails.
    hangs = asyncio.create_task(child("hangs", 1000000))
    goes_on = asyncio.create_task(child("goes on", 3))
    outer = asyncio.gather(hangs, goes_on)
    await asyncio.sleep(0)
    hangs.cancel()
    print(await awaited(outer), outer.done(), outer.cancelled(), goes_on.done())
    print(await awaited(goes_on))


asyncio.run(main())
