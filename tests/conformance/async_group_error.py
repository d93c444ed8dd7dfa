# async_group_error: a task fails while the body sleeps, or while it waits for the others at its end.
# needs: 3.13
# From: the documentation of TaskGroup, and python/cpython#90908 (its first tests).
import asyncio

from show_groups import ended, fails, gives, log, next_await, tree, waits


async def while_the_body_sleeps():
    async with asyncio.TaskGroup() as group:
        group.create_task(fails(2, "first"))
        group.create_task(waits("second"))
        try:
            await asyncio.sleep(60)
        finally:
            log.append(f"body is cancelled, {asyncio.current_task().cancelling()}")


async def at_the_end():
    async with asyncio.TaskGroup() as group:
        group.create_task(fails(2, "first"))
        group.create_task(waits("second", 3))
        log.append("body ends")


async def those_that_are_done():
    async with asyncio.TaskGroup() as group:
        done = group.create_task(gives(0, "done"))
        group.create_task(fails(4, "first"))
        await done
        await asyncio.sleep(60)


async def alone():
    async with asyncio.TaskGroup() as group:
        group.create_task(fails(0, "alone"))


async def main():
    for run in (while_the_body_sleeps, at_the_end, those_that_are_done, alone):
        log.clear()
        task = asyncio.create_task(run())
        print(run.__name__, await ended(task), task.cancelled(), task.cancelling())
        print(" ", log)

    # It goes on after that, and nothing is left behind.
    log.clear()
    task = asyncio.current_task()
    for run in (while_the_body_sleeps, at_the_end, alone):
        try:
            await run()
        except ExceptionGroup as e:
            print(run.__name__, tree(e), task.cancelling(), await next_await())

    # The tasks keep their own outcomes.
    tasks = []
    try:
        async with asyncio.TaskGroup() as group:
            tasks.append(group.create_task(fails(1, "failed")))
            tasks.append(group.create_task(waits("cancelled")))
            tasks.append(group.create_task(gives(0, "given")))
    except ExceptionGroup as e:
        print(tree(e), e.exceptions[0] is tasks[0].exception())
    print([await ended(task) for task in tasks])


asyncio.run(main())
