# async_group_cancel_and_error: a failure and a cancellation from outside; the failure leaves the group, the other stays.
# needs: 3.13
# From: row A3, and python/cpython#116720 with its answer #117407: the cancellation was lost.
import asyncio

from show_groups import fails, log, next_await, rounds, spoils, tree, waits


async def catches(run):
    """Goes on after the group; what comes at the next await."""
    task = asyncio.current_task()
    try:
        await run()
        log.append("nothing")
    except ExceptionGroup as e:
        log.append(f"{tree(e)}, {task.cancelling()}")
    except asyncio.CancelledError as e:
        log.append(f"CancelledError {e}, {task.cancelling()}")
        raise
    log.append(await next_await())
    log.append(await next_await())
    log.append(f"{task.cancelling()}")


async def at_the_end():
    async with asyncio.TaskGroup() as group:
        group.create_task(fails(4, "first"))
        group.create_task(waits("second", 4))


async def in_the_body():
    async with asyncio.TaskGroup() as group:
        group.create_task(fails(4, "first"))
        group.create_task(waits("second", 4))
        await asyncio.sleep(60)


async def in_a_body_that_replaces_it():
    async with asyncio.TaskGroup() as group:
        group.create_task(fails(4, "first"))
        try:
            await asyncio.sleep(60)
        finally:
            raise ValueError("body")


async def a_task_that_fails_for_it():
    async with asyncio.TaskGroup() as group:
        group.create_task(spoils(2, "first"))
        await asyncio.sleep(60)


async def main():
    for run in (at_the_end, in_the_body, in_a_body_that_replaces_it, a_task_that_fails_for_it):
        # From before the failure to after it; in the middle both are in one round.
        for count in range(2, 9):
            log.clear()
            task = asyncio.create_task(catches(run))
            await rounds(count)
            task.cancel("outside")
            await asyncio.wait([task])
            print(run.__name__, count, task.cancelled(), task.cancelling(), log)


asyncio.run(main())
