# async_group_cancel: the surrounding task is cancelled in the body, at the end, or before it; the tasks are as well.
# needs: 3.13
# From: row A1, and the documentation of TaskGroup.
import asyncio

from show_groups import ended, gives, log, rounds, spoils, waits


async def in_the_body():
    async with asyncio.TaskGroup() as group:
        group.create_task(waits("task", 2))
        try:
            await asyncio.sleep(60)
        finally:
            log.append("body is cancelled")


async def at_the_end():
    async with asyncio.TaskGroup() as group:
        group.create_task(waits("task", 2))
        log.append("body ends")


async def nothing_in_it():
    async with asyncio.TaskGroup():
        await asyncio.sleep(60)


async def only_the_last_is_there():
    async with asyncio.TaskGroup() as group:
        group.create_task(gives(1, "first"))
        group.create_task(waits("second"))


async def one_fails_for_it():
    async with asyncio.TaskGroup() as group:
        group.create_task(spoils(1, "task"))
        await asyncio.sleep(60)


async def one_fails_for_it_at_the_end():
    async with asyncio.TaskGroup() as group:
        group.create_task(spoils(1, "task"))


async def the_body_swallows_it():
    async with asyncio.TaskGroup() as group:
        task = group.create_task(gives(6, "task"))
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            log.append(f"swallowed, {asyncio.current_task().cancelling()}")
    log.append(f"left, {task.result()}")


async def the_body_replaces_it():
    async with asyncio.TaskGroup() as group:
        group.create_task(waits("task"))
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            raise ValueError("body")


async def of_a_kind_of_its_own():
    class Cancelled(asyncio.CancelledError):
        pass

    async with asyncio.TaskGroup() as group:
        group.create_task(waits("task"))
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            raise Cancelled("mine")


async def main():
    for run in (
        in_the_body,
        at_the_end,
        nothing_in_it,
        only_the_last_is_there,
        one_fails_for_it,
        one_fails_for_it_at_the_end,
        the_body_swallows_it,
        the_body_replaces_it,
        of_a_kind_of_its_own,
    ):
        log.clear()
        task = asyncio.create_task(run())
        await rounds(4)
        print(run.__name__, task.cancel("outside"), end=" ")
        how = (await ended(task) or "None").replace("Cancelled: ", "CancelledError: ")
        print(how, task.cancelled(), task.cancelling(), log)

    # Before it has begun, and before the group is entered.
    async def early():
        asyncio.current_task().cancel("itself")
        async with asyncio.TaskGroup() as group:
            group.create_task(waits("task"))
            log.append("body")
        log.append("not here")

    log.clear()
    task = asyncio.create_task(in_the_body())
    task.cancel()
    print(await ended(task), task.cancelled(), log)
    task = asyncio.create_task(early())
    print(await ended(task), task.cancelled(), task.cancelling(), log)


asyncio.run(main())
