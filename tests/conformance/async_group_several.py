# async_group_several: several tasks fail; all of it is in the group, in the order of their ends.
# needs: 3.13
# From: python/cpython#95704, and the documentation of TaskGroup.
import asyncio

from show_groups import ended, fails, log, spoils, waits


async def in_one_round():
    async with asyncio.TaskGroup() as group:
        for name in ("c", "a", "b"):
            group.create_task(fails(1, name))


async def in_one_round_with_a_body_that_sleeps():
    async with asyncio.TaskGroup() as group:
        for name in ("c", "a", "b"):
            group.create_task(fails(1, name))
        await asyncio.sleep(60)


async def a_round_apart():
    async with asyncio.TaskGroup() as group:
        group.create_task(fails(2, "later"))
        group.create_task(fails(1, "sooner"))


async def for_their_cancellation():
    async with asyncio.TaskGroup() as group:
        group.create_task(spoils(3, "third"))
        group.create_task(spoils(2, "second"))
        group.create_task(waits("waits", 4))
        group.create_task(fails(1, "first"))


async def in_nested_groups():
    async with asyncio.TaskGroup() as outer:
        outer.create_task(spoils(0, "of the outer"))
        async with asyncio.TaskGroup() as inner:
            inner.create_task(spoils(2, "second"))
            inner.create_task(fails(1, "first"))


async def in_groups_of_tasks():
    async def has_a_group(name):
        async with asyncio.TaskGroup() as group:
            group.create_task(fails(1, name + "1"))
            group.create_task(fails(1, name + "2"))

    async with asyncio.TaskGroup() as group:
        group.create_task(has_a_group("a"))
        group.create_task(has_a_group("b"))


async def main():
    for run in (
        in_one_round,
        in_one_round_with_a_body_that_sleeps,
        a_round_apart,
        for_their_cancellation,
        in_nested_groups,
        in_groups_of_tasks,
    ):
        log.clear()
        task = asyncio.create_task(run())
        print(run.__name__, await ended(task), task.cancelling())
        print(" ", log)


asyncio.run(main())
