# async_group_repr: what a group says of itself in each of its states.
# needs: 3.13
# From: CPython's own tests look for these texts in its errors.
import asyncio

from show_groups import fails, rounds, spoils, waits


async def main():
    group = asyncio.TaskGroup()
    print("made", group)
    async with group:
        print("entered", group)
        first = group.create_task(rounds(1))
        print("with a task", group)
        group.create_task(rounds(3))
        print("with two", group)
        await first
        await asyncio.sleep(0)
        print("one is through", group)
        last = group.create_task(rounds(5))
        last.add_done_callback(lambda task: print("the last is through", group))
    print("left", group)

    # With failures.
    group = asyncio.TaskGroup()
    try:
        async with group:
            group.create_task(spoils(1, "second"))
            group.create_task(spoils(3, "third"))
            group.create_task(fails(1, "first"))
            try:
                await asyncio.sleep(60)
            finally:
                print("after the first", group)
                for _ in range(2):
                    try:
                        await rounds(4)
                    finally:
                        print("later", group)
    except ExceptionGroup:
        pass

    # Cancelled from outside.
    group = asyncio.TaskGroup()

    async def surrounding():
        async with group:
            group.create_task(waits("one", 1))
            group.create_task(waits("other", 3))

    task = asyncio.create_task(surrounding())
    await rounds(3)
    print("before", group)
    task.cancel()
    print("at once", group)
    for count in range(8):
        await asyncio.sleep(0)
        print(count, group)

    # The body fails.
    group = asyncio.TaskGroup()
    try:
        async with group:
            group.create_task(waits("task")).add_done_callback(lambda task: print("the body has failed", group))
            raise ValueError("body")
    except ExceptionGroup:
        pass


asyncio.run(main())
