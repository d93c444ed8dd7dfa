# async_group_surroundings: groups under gather(), wait_for(), shield() and in tasks that are cancelled by others.
# needs: 3.13
# From: row A3; these are the places where cancellations were lost before (python/cpython#86296, #95289).
import asyncio

from show_groups import ended, fails, gives, log, rounds, waits


async def works(name):
    async with asyncio.TaskGroup() as group:
        group.create_task(waits(name, 1))
        group.create_task(gives(2, name + " gives"))
    return name


async def breaks(name):
    async with asyncio.TaskGroup() as group:
        group.create_task(waits(name, 1))
        group.create_task(fails(2, name))
    return name


async def gathers():
    return await asyncio.gather(works("one"), breaks("two"))


async def gathers_all():
    return str(len(await asyncio.gather(gives(1, "one"), breaks("two"), return_exceptions=True)))


async def limits():
    return await asyncio.wait_for(works("one"), 0)


async def limits_a_task():
    task = asyncio.create_task(works("one"))
    await rounds(2)
    return await asyncio.wait_for(task, 0)


async def shields():
    return await asyncio.shield(breaks("one"))


async def waits_in_a_group():
    async with asyncio.TaskGroup() as group:
        group.create_task(fails(3, "one"))
        await asyncio.wait_for(waits("other"), 60)


async def gathers_in_a_group():
    async with asyncio.TaskGroup() as group:
        group.create_task(fails(3, "one"))
        await asyncio.gather(waits("two", 1), waits("three"))


async def shields_in_a_group():
    inner = asyncio.create_task(gives(6, "inner"))
    async with asyncio.TaskGroup() as group:
        group.create_task(fails(2, "one"))
        await asyncio.shield(inner)


async def main():
    for run in (
        gathers,
        gathers_all,
        limits,
        limits_a_task,
        shields,
        waits_in_a_group,
        gathers_in_a_group,
        shields_in_a_group,
    ):
        log.clear()
        task = asyncio.create_task(run())
        print(run.__name__, await ended(task), task.cancelling(), end=" ")
        for other in asyncio.all_tasks() - {asyncio.current_task()}:
            other.cancel()
            await ended(other)
        print(log)


asyncio.run(main())
