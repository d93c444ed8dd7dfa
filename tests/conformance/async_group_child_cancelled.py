# async_group_child_cancelled: a task of the group is cancelled by itself, which is no failure and touches no other.
# needs: 3.13
# From: the documentation of TaskGroup, and CPython's tests 12 and 22 to 25 of it.
import asyncio

from show_groups import ended, gives, log, rounds, spoils, waits


async def by_the_body():
    async with asyncio.TaskGroup() as group:
        task = group.create_task(waits("task"))
        group.create_task(gives(5, "other"))
        await rounds(2)
        task.cancel()
        log.append("body ends")
    return "through"


async def before_it_begins():
    async with asyncio.TaskGroup() as group:
        group.create_task(waits("never begun")).cancel()
        group.create_task(gives(2, "other"))
    return "through"


async def by_another_task():
    async def cancels(task):
        await rounds(2)
        task.cancel()

    async with asyncio.TaskGroup() as group:
        group.create_task(cancels(group.create_task(waits("task"))))
        group.create_task(gives(6, "other"))
    return "through"


async def by_itself():
    async def raises():
        await asyncio.sleep(0)
        raise asyncio.CancelledError("by itself")

    async with asyncio.TaskGroup() as group:
        group.create_task(raises())
        group.create_task(gives(4, "other"))
    return "through"


async def and_the_body_waits_for_it():
    async with asyncio.TaskGroup() as group:
        task = group.create_task(waits("task"))
        group.create_task(waits("other"))
        await rounds(2)
        task.cancel("by the body")
        await task


async def and_the_body_catches_that():
    async with asyncio.TaskGroup() as group:
        task = group.create_task(waits("task"))
        group.create_task(gives(5, "other"))
        await rounds(2)
        task.cancel("by the body")
        log.append(await ended(task))
    return "through"


async def and_it_fails():
    async with asyncio.TaskGroup() as group:
        task = group.create_task(spoils(0, "task"))
        group.create_task(waits("other"))
        await rounds(2)
        task.cancel()


async def the_body_waits_for_one_that_fails():
    async def fails():
        await rounds(2)
        raise ValueError("task")

    async with asyncio.TaskGroup() as group:
        task = group.create_task(fails())
        try:
            await task
        except BaseException as e:
            log.append(f"{type(e).__name__}, {asyncio.current_task().cancelling()}")
            raise


async def a_task_waits_for_one_that_fails():
    async def fails():
        await rounds(2)
        raise ValueError("task")

    async def waits_for(task):
        try:
            await task
        except BaseException as e:
            log.append(type(e).__name__)
            raise

    async with asyncio.TaskGroup() as group:
        group.create_task(waits_for(group.create_task(fails())))


async def main():
    for run in (
        by_the_body,
        before_it_begins,
        by_another_task,
        by_itself,
        and_the_body_waits_for_it,
        and_the_body_catches_that,
        and_it_fails,
        the_body_waits_for_one_that_fails,
        a_task_waits_for_one_that_fails,
    ):
        log.clear()
        task = asyncio.create_task(run())
        print(run.__name__, await ended(task), task.cancelled(), task.cancelling())
        print(" ", log)


asyncio.run(main())
