# async_group_create_task: create_task() before the group is entered, after its end and while it shuts down.
# needs: 3.13
# From: python/cpython#94398 (tasks made while the group shut down were never cancelled), and #115957 (the coroutine that
# is not taken was never closed).
import asyncio

from show_groups import ended, fails, gives, log, rounds, tree


def attempt(group, coroutine):
    try:
        group.create_task(coroutine)
    except RuntimeError as e:
        log.append(str(e))
        return
    log.append("taken")


async def main():
    group = asyncio.TaskGroup()
    attempt(group, gives(0, "early"))
    print("not entered", log)

    log.clear()
    async with group:
        attempt(group, gives(0, "task"))
    attempt(group, gives(0, "late"))
    print("left", log)

    # The body is through, but not the tasks: they may go on.
    async def makes_more():
        await rounds(2)
        attempt(group, gives(0, "more"))

    log.clear()
    async with asyncio.TaskGroup() as group:
        group.create_task(makes_more())
        log.append("body")
    print("at the end", log)

    # A task has failed: nobody does.
    async def tries(count):
        try:
            await asyncio.sleep(60)
        finally:
            await rounds(count)
            attempt(group, gives(0, "never"))

    log.clear()
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(tries(0))
            group.create_task(fails(1, "first"))
            try:
                await asyncio.sleep(60)
            finally:
                attempt(group, gives(0, "never"))
    except ExceptionGroup as e:
        log.append(tree(e))
    attempt(group, gives(0, "late"))
    print("after a failure")
    for line in log:
        print(" ", line)

    # The body has failed.
    log.clear()
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(tries(1))
            await rounds(2)
            raise ValueError("body")
    except ExceptionGroup as e:
        log.append(tree(e))
    attempt(group, gives(0, "late"))
    print("after the body's failure", log)

    # The surrounding task is cancelled.
    async def surrounding(sleeps):
        nonlocal group
        async with asyncio.TaskGroup() as group:
            group.create_task(tries(2))
            try:
                if sleeps:
                    await asyncio.sleep(60)
            finally:
                attempt(group, tries(0))

    for sleeps in (True, False):
        log.clear()
        task = asyncio.create_task(surrounding(sleeps))
        await rounds(3)
        task.cancel()
        print("cancelled", sleeps, await ended(task), log)

    # The body has swallowed the failure of a task.
    log.clear()
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fails(0, "first"))
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                pass
            attempt(group, gives(0, "never"))
            await rounds(2)
            attempt(group, gives(0, "never"))
    except ExceptionGroup as e:
        log.append(tree(e))
    print("swallowed", log)


asyncio.run(main())
