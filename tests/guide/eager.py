# eager: tasks that begin at once, as docs/porting_asyncio_sync.md shows it.
# needs: 3.12
import asyncio


# [eager]
cache = {"a": 1}


async def look_up(key):
    if key not in cache:
        await asyncio.sleep(0)
        cache[key] = len(cache) + 1
    return cache[key]


async def main():
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    known = asyncio.create_task(look_up("a"))
    unknown = asyncio.create_task(look_up("b"))
    print(known.done(), unknown.done())
    print(await known, await unknown)
# [/eager]


asyncio.run(main())
