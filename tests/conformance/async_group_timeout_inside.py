# async_group_timeout_inside: timeouts inside of a group, in its body and in its tasks; also those of zero.
# needs: 3.13
# From: row A3 (timeout(0), nested groups), and python/cpython#95704.
import asyncio

from show_groups import ended, fails, gives, log, next_await, waits


async def in_the_body(delay):
    async with asyncio.TaskGroup() as group:
        group.create_task(gives(6, "task"))
        try:
            async with asyncio.timeout(delay):
                await asyncio.sleep(60)
        except TimeoutError:
            log.append(f"timed out, {asyncio.current_task().cancelling()}")
    return "through"


async def uncaught(delay):
    async with asyncio.TaskGroup() as group:
        group.create_task(waits("task"))
        async with asyncio.timeout(delay):
            await asyncio.sleep(60)


async def in_a_task(delay):
    async def limited():
        async with asyncio.timeout(delay):
            await asyncio.sleep(60)

    async with asyncio.TaskGroup() as group:
        group.create_task(limited())
        group.create_task(waits("task"))
        await asyncio.sleep(60)


async def caught_in_a_task(delay):
    async def limited():
        try:
            async with asyncio.timeout(delay):
                await asyncio.sleep(60)
        except TimeoutError:
            log.append("timed out")

    async with asyncio.TaskGroup() as group:
        group.create_task(limited())
        group.create_task(gives(1, "task"))
    return "through"


async def a_task_fails_first(delay):
    """In the round before the time is up, or in the same one if that is at once."""
    async with asyncio.TaskGroup() as group:
        group.create_task(fails(0, "task"))
        limit = asyncio.timeout(None)
        try:
            async with limit:
                await asyncio.sleep(0)
                limit.reschedule(asyncio.get_running_loop().time() + delay)
                try:
                    await asyncio.sleep(60)
                finally:
                    log.append(f"{limit.expired()}, {asyncio.current_task().cancelling()}")
        except TimeoutError:
            log.append(f"timed out, {asyncio.current_task().cancelling()}")
        log.append(await next_await())
        await asyncio.sleep(60)


async def main():
    for run in (in_the_body, uncaught, in_a_task, caught_in_a_task, a_task_fails_first):
        for delay in (0, -1):
            log.clear()
            task = asyncio.create_task(run(delay))
            print(run.__name__, delay, await ended(task), task.cancelling())
            print(" ", log)


asyncio.run(main())
