# async_as_completed: results in the order of their coming, by plain iteration; errors, duplicates, nothing, done ones.
# needs: 3.12
# From: the documentation of as_completed(): the coroutines that it gives are not those that were passed, and every one
# of what was passed is waited for once.
import asyncio

from show import awaited

log = []


async def child(name, rounds, error=None):
    log.append(f"{name} begins")
    for _ in range(rounds):
        await asyncio.sleep(0)
    if error is not None:
        raise error
    return name


async def main():
    three = [asyncio.create_task(child(name, rounds)) for name, rounds in (("c", 6), ("a", 0), ("b", 3))]
    for each in asyncio.as_completed(three):
        print(await each)

    # Coroutines begin when the loop comes to them, and an error ends nothing.
    log.clear()
    coroutines = [child("x", 4), child("y", 1, ValueError("in y"))]
    for each in asyncio.as_completed(coroutines):
        print(await awaited(each), len(log))

    # The same one twice counts once.
    task = asyncio.create_task(child("once", 2))
    print("duplicates:", [await each for each in asyncio.as_completed([task, task, task])])
    print("done already:", [await each for each in asyncio.as_completed([task])])
    print("nothing:", [await each for each in asyncio.as_completed([])])

    # A cancelled one raises that.
    hangs = asyncio.create_task(child("hangs", 1000000))
    quick = asyncio.create_task(child("quick", 1))
    seen = []
    for each in asyncio.as_completed([hangs, quick]):
        seen.append(await awaited(each))
        hangs.cancel("by the loop")
    print(seen)

    # Iterated by half: the others go on.
    tasks = [asyncio.create_task(child("first", 0)), asyncio.create_task(child("second", 5))]
    for each in asyncio.as_completed(tasks):
        print(await each)
        break
    print(tasks[1].done(), await tasks[1])

    # The waits themselves, all at once.
    futures = [asyncio.get_running_loop().create_future() for _ in range(3)]
    waits = [asyncio.create_task(awaited(each)) for each in asyncio.as_completed(futures)]
    await asyncio.sleep(0)
    for place, value in ((2, "two"), (0, "zero"), (1, "one")):
        futures[place].set_result(value)
    print([await wait for wait in waits])


asyncio.run(main())
