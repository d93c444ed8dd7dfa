# async_lock_with: `async with` of all that has it; it is given back when the block ends, fails or is cancelled.
# needs: 3.11
# From: the documentation of Lock, Semaphore and Condition, and bpo-27585.
import asyncio

from show import awaited, bare, outcome, rounds


async def held(thing, how):
    async with thing as value:
        print("  inside", bare(thing), value)
        await rounds(1)
        if how == "fails":
            raise ValueError("inside")
        if how == "releases":
            thing.release()
    return "out"


async def main():
    for thing in (asyncio.Lock(), asyncio.Semaphore(2), asyncio.BoundedSemaphore(1), asyncio.Condition()):
        for how in ("ends", "fails", "is cancelled", "never gets in", "releases"):
            task = asyncio.create_task(held(thing, how))
            if how == "never gets in":
                while not thing.locked():
                    await thing.acquire()
            await rounds(1)
            if how in ("is cancelled", "never gets in"):
                task.cancel()
            print(how, await awaited(task), bare(thing))
            if how == "never gets in":
                thing.release()
        print(outcome(thing.release))


asyncio.run(main())
