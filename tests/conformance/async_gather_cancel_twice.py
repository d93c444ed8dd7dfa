# async_gather_cancel_twice: a child that stands twice in a gather() is cancelled twice; one in two of them, by each.
# needs: 3.12
# From: row A22 (duplicates), and the documentation of Task.cancelling().
import asyncio

from show import awaited


async def hang():
    await asyncio.get_running_loop().create_future()


async def main():
    twice = asyncio.create_task(hang())
    outer = asyncio.gather(twice, twice)
    await asyncio.sleep(0)
    print(outer.cancel(), twice.cancelling(), await awaited(outer))

    shared = asyncio.create_task(hang())
    outers = [asyncio.gather(shared), asyncio.gather(shared)]
    await asyncio.sleep(0)
    print([outer.cancel() for outer in outers], shared.cancelling(), [await awaited(outer) for outer in outers])


asyncio.run(main())
