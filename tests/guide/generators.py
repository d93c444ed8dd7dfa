# generators: `async for`, and what is left in the middle, as docs/porting_asyncio_sync.md shows it.
# needs: 3.11
import asyncio
import contextlib


# [generator]
async def ticks(n):
    try:
        for i in range(n):
            await asyncio.sleep(0)
            yield i
    finally:
        print("the ticks end")


async def all_of_them():
    async for tick in ticks(3):
        print(tick)
# [/generator]


async def close():
    await asyncio.sleep(0)
    print("closed")


# [clean]
async def lines():
    try:
        yield "first"
        yield "second"
    finally:
        await close()


async def the_first():
    async with contextlib.aclosing(lines()) as all:
        async for line in all:
            return line
# [/clean]


async def main():
    await all_of_them()
    print(await the_first())


asyncio.run(main())
