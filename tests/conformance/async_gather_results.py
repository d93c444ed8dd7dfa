# async_gather_results: results come in the order of the call; children begin in that order, and duplicates run once.
# needs: 3.12
# From: row A22, and the documentation of gather().
import asyncio

from show import awaited

log = []


async def child(name, rounds):
    log.append(f"{name} begins")
    for _ in range(rounds):
        await asyncio.sleep(0)
    log.append(f"{name} ends")
    return len(name)


async def main():
    print(await asyncio.gather(child("a", 3), child("bb", 0), child("ccc", 1)))
    print(log)
    log.clear()
    print(await asyncio.gather(*[child("x" * n, 3 - n) for n in range(1, 4)]))
    print(log)

    # Nothing at all: done at once.
    nothing = asyncio.gather(*[])
    print("empty:", nothing.done(), await nothing)

    # The same one twice and three times.
    log.clear()
    task = asyncio.create_task(child("once", 1))
    other = asyncio.create_task(child("other", 0))
    print(await asyncio.gather(task, other, task, task), log)

    # What is done already.
    both = asyncio.gather(task, other)
    print("done already:", both.done(), await awaited(both))
    future = asyncio.get_running_loop().create_future()
    mixed = asyncio.gather(task, future)
    print("one is pending:", mixed.done())
    future.set_result(7)
    print("set, not told:", mixed.done())
    await asyncio.sleep(0)
    print("told:", mixed.done(), mixed.result())
    print("cancel() of a done one:", mixed.cancel(), mixed.cancelled())


asyncio.run(main())
