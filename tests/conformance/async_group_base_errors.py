# async_group_base_errors: KeyboardInterrupt and SystemExit in the body leave the group as themselves.
# needs: 3.13
# From: python/cpython#95571, and CPython's tests 20 and 21 of TaskGroup.
import asyncio

from show_groups import fails, log, next_await, rounds, said, spoils, waits


async def at_once(error):
    async with asyncio.TaskGroup() as group:
        group.create_task(waits("never begun"))
        raise error()


async def while_one_waits(error):
    async with asyncio.TaskGroup() as group:
        group.create_task(waits("task", 2))
        await rounds(2)
        raise error()


async def after_a_failure(error):
    async with asyncio.TaskGroup() as group:
        group.create_task(fails(1, "task"))
        try:
            await asyncio.sleep(60)
        finally:
            raise error()


async def before_a_failure(error):
    async with asyncio.TaskGroup() as group:
        group.create_task(spoils(1, "task"))
        await rounds(2)
        raise error()


async def in_a_nested_one(error):
    async with asyncio.TaskGroup() as outer:
        outer.create_task(waits("of the outer"))
        async with asyncio.TaskGroup() as inner:
            inner.create_task(waits("of the inner"))
            await rounds(2)
            raise error()


async def main():
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
    task = asyncio.current_task()
    for error in (KeyboardInterrupt, SystemExit):
        for run in (at_once, while_one_waits, after_a_failure, before_a_failure, in_a_nested_one):
            log.clear()
            try:
                await run(error)
            except BaseException as e:
                # A failure of a task leaves the cancel() of the group behind.
                print(run.__name__, said(e), task.cancelling(), log, await next_await())
            while task.cancelling():
                task.uncancel()


asyncio.run(main())
