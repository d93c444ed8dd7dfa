# async_group_enter: a group is entered once, by a task.
# needs: 3.13
# From: the documentation of TaskGroup, and CPython's tests of it.
import asyncio

from show_groups import ended, gives, log, rounds


async def enter(group):
    async with group:
        log.append("entered")
        await rounds(2)


async def main():
    group = asyncio.TaskGroup()
    print(await ended(enter(group)), log)
    print(await ended(enter(group)), log)

    # While somebody is inside: the one who is inside hears nothing of it.
    log.clear()
    group = asyncio.TaskGroup()
    first = asyncio.create_task(enter(group))
    second = asyncio.create_task(enter(group))
    print(await ended(second), log)
    print(await ended(first), log)

    # In itself.
    log.clear()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(gives(2, "task"))
        print(await ended(enter(group)), log)
    print(task.result(), log)

    # By a task of its own.
    log.clear()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(ended(enter(group)))
    print(task.result(), log)

    # After it was left with an error.
    log.clear()
    group = asyncio.TaskGroup()

    async def fails_in_it():
        async with group:
            raise ValueError("body")

    print(await ended(fails_in_it()))
    print(await ended(enter(group)), log)

    # By hand.
    log.clear()
    group = asyncio.TaskGroup()
    entered = await group.__aenter__()
    task = entered.create_task(gives(2, "by hand"))
    print(entered is group, task.done())
    await group.__aexit__(None, None, None)
    print(task.result(), log)


asyncio.run(main())
