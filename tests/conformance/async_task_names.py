# async_task_names: given names, set names, and the numbers of those that have none.
# needs: 3.13
# From: the documentation of Task.get_name and set_name, and bpo-34270 (names for tasks).
import asyncio


async def tell():
    return asyncio.current_task().get_name()


def number(name):
    assert name.startswith("Task-")
    return int(name[5:])


async def main():
    first = asyncio.create_task(tell())
    base = number(first.get_name())

    # A name that is given uses up no number.
    named = asyncio.create_task(tell(), name="named")
    second = asyncio.create_task(tell())
    print(named.get_name(), number(second.get_name()) - base)

    # Set before it begins, while it runs, after its end.
    first.set_name("renamed")
    print(await first, await named, number(await second) - base)
    named.set_name("later")
    print(named.get_name(), named.done())

    # Several may have the same.
    tasks = [asyncio.create_task(tell(), name="same") for _ in range(3)]
    print([await task for task in tasks], len({id(task) for task in tasks}))

    async def renames():
        asyncio.current_task().set_name("by itself")
        await asyncio.sleep(0)
        return await tell()

    print(await asyncio.create_task(renames(), name="before"))

    # Numbers go on, also in another loop.
    third = asyncio.create_task(tell())
    return number(third.get_name()), number(await third)


before, same = asyncio.run(main())


async def other():
    return number(asyncio.current_task().get_name())


print(before == same, asyncio.run(other()) > before)
