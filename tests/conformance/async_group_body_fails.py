# async_group_body_fails: the body's own exception is in the group too, as the last one; the tasks are cancelled.
# needs: 3.13
# From: the documentation of TaskGroup, and python/cpython#95704 (what the tasks throw must not get lost).
import asyncio

from show_groups import ended, fails, gives, log, rounds, spoils, waits


async def nothing_in_it():
    async with asyncio.TaskGroup():
        raise ValueError("body")


async def before_they_begin():
    async with asyncio.TaskGroup() as group:
        group.create_task(gives(0, "never"))
        group.create_task(waits("never"))
        raise ValueError("body")


async def while_they_wait():
    async with asyncio.TaskGroup() as group:
        group.create_task(waits("task"))
        await rounds(2)
        raise ValueError("body")


async def one_fails_for_it():
    async with asyncio.TaskGroup() as group:
        group.create_task(spoils(0, "task"))
        await rounds(2)
        raise ValueError("body")


async def both_in_one_round():
    async with asyncio.TaskGroup() as group:
        group.create_task(fails(1, "task"))
        await rounds(2)
        raise ValueError("body")


async def one_has_failed_before():
    async with asyncio.TaskGroup() as group:
        group.create_task(fails(1, "task"))
        try:
            await asyncio.sleep(60)
        finally:
            raise ValueError("body")


async def one_gives_all_the_same():
    async def stubborn():
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            return await gives(3, "stubborn")

    async with asyncio.TaskGroup() as group:
        task = group.create_task(stubborn())
        task.add_done_callback(lambda task: log.append(task.result() + " is through"))
        await rounds(2)
        raise ValueError("body")


async def a_group_itself():
    async with asyncio.TaskGroup() as group:
        group.create_task(spoils(1, "task"))
        await rounds(2)
        raise ExceptionGroup("of the body", [ValueError("one"), KeyError()])


async def main():
    for run in (
        nothing_in_it,
        before_they_begin,
        while_they_wait,
        one_fails_for_it,
        both_in_one_round,
        one_has_failed_before,
        one_gives_all_the_same,
        a_group_itself,
    ):
        log.clear()
        task = asyncio.create_task(run())
        print(run.__name__, await ended(task), task.cancelling())
        print(" ", log)


asyncio.run(main())
