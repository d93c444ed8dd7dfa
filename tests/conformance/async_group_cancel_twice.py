# async_group_cancel_twice: the surrounding task is cancelled again while the tasks of the group deal with the first one.
# needs: 3.13
# From: row A1, and python/cpython#90908, whose tests 13 to 19 do this.
import asyncio

from show_groups import ended, fails, log, rounds, waits


async def in_the_body():
    async with asyncio.TaskGroup() as group:
        group.create_task(waits("task", 6))
        try:
            await asyncio.sleep(60)
        finally:
            log.append("body is cancelled")


async def the_body_takes_both():
    async with asyncio.TaskGroup() as group:
        group.create_task(waits("task", 6))
        for _ in range(2):
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError as e:
                log.append(f"{e}, {asyncio.current_task().cancelling()}")
        raise asyncio.CancelledError("body")


async def at_the_end():
    async with asyncio.TaskGroup() as group:
        group.create_task(waits("task", 6))


async def in_a_nested_one():
    async with asyncio.TaskGroup() as outer:
        outer.create_task(waits("of the outer", 3))
        async with asyncio.TaskGroup() as inner:
            inner.create_task(waits("of the inner", 6))


async def after_a_failure():
    async with asyncio.TaskGroup() as group:
        group.create_task(fails(1, "first"))
        group.create_task(waits("task", 9))


async def after_a_failure_in_the_body():
    async with asyncio.TaskGroup() as group:
        group.create_task(waits("task", 9))
        await rounds(2)
        raise ValueError("body")


async def main():
    for run in (
        in_the_body,
        the_body_takes_both,
        at_the_end,
        in_a_nested_one,
        after_a_failure,
        after_a_failure_in_the_body,
    ):
        for times in (2, 3):
            log.clear()
            task = asyncio.create_task(run())
            await rounds(3)
            for number in range(times):
                await rounds(2)
                task.cancel(f"number {number}")
            print(run.__name__, await ended(task), task.cancelled(), task.cancelling())
            print(" ", log)


asyncio.run(main())
