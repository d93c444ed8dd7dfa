# groups: structured concurrency, as docs/porting_asyncio.md shows it.
# needs: 3.11
import asyncio


async def fetch(name):
    await asyncio.sleep(0)
    return f"<{name}>"


async def fails(error):
    raise error


# [group]
async def both():
    async with asyncio.TaskGroup() as group:
        first = group.create_task(fetch("a"))
        second = group.create_task(fetch("b"))
    # Both are through here.
    return first.result() + second.result()
# [/group]


# [sibling]
async def waits():
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        print("cancelled, since the other one failed")
        raise


async def one_fails():
    async with asyncio.TaskGroup() as group:
        group.create_task(waits())
        group.create_task(fails(ValueError("bad")))
# [/sibling]


# [except]
async def several_fail():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fails(ValueError("one")))
            group.create_task(fails(RuntimeError("two")))
    except* ValueError as errors:
        print(f"values: {errors}")
    except* RuntimeError as errors:
        print(f"others: {errors}")
# [/except]


async def main():
    print(await both())
    try:
        await one_fails()
    except ExceptionGroup as errors:
        print(errors)
    await several_fail()


asyncio.run(main())
