# async_group_timeout_outside: a group inside of a timeout, whose time is up in its body, at its end or beside a failure.
# needs: 3.13
# From: row A3, and python/cpython#95704: the timeout swallowed what the tasks of the group threw.
import asyncio

from show_groups import ended, fails, gives, log, next_await, rounds, spoils, waits


async def in_the_body(group):
    group.create_task(waits("task", 2))
    await asyncio.sleep(60)


async def at_the_end(group):
    group.create_task(waits("task", 2))


async def nothing_in_it(group):
    await asyncio.sleep(60)


async def one_fails_for_it(group):
    group.create_task(spoils(1, "task"))
    await asyncio.sleep(60)


async def one_fails_before(group):
    group.create_task(fails(0, "task"))
    await asyncio.sleep(60)


async def one_fails_beside(group):
    group.create_task(fails(1, "task"))
    group.create_task(waits("other", 3))
    await asyncio.sleep(60)


async def the_body_fails_for_it(group):
    try:
        await asyncio.sleep(60)
    finally:
        raise ValueError("body")


async def through_before(group):
    group.create_task(gives(0, "task"))


async def limited(body, limit):
    task = asyncio.current_task()
    try:
        async with limit:
            try:
                async with asyncio.TaskGroup() as group:
                    await body(group)
            finally:
                log.append(f"left, {limit.expired()}, {task.cancelling()}")
        return "through"
    finally:
        log.append(f"{limit.expired()}, {task.cancelling()}, {await next_await()}")


async def main():
    loop = asyncio.get_running_loop()
    bodies = (
        in_the_body,
        at_the_end,
        nothing_in_it,
        one_fails_for_it,
        one_fails_before,
        one_fails_beside,
        the_body_fails_for_it,
        through_before,
    )
    for body in bodies:
        # Its time is up at once, or some rounds later.
        log.clear()
        print(body.__name__, "timeout(0)", await ended(limited(body, asyncio.timeout(0))))
        print(" ", log)
        for count in (2, 3, 4):
            log.clear()
            limit = asyncio.timeout(None)
            task = asyncio.create_task(limited(body, limit))
            await rounds(count)
            try:
                limit.reschedule(loop.time() - 1)
            except RuntimeError as e:
                log.append(str(e))
            print(body.__name__, count, await ended(task), task.cancelling())
            print(" ", log)


asyncio.run(main())
