# async_group_both_fail: tasks of an inner and of an outer group fail in one round; the inner failure is caught between.
# needs: 3.13
# From: python/cpython#116720: the body of the outer group went on, since the cancellation was lost.
import asyncio

from show_groups import ended, fails, log, next_await, tree


async def both(inner_count, outer_count, catches):
    task = asyncio.current_task()
    try:
        async with asyncio.TaskGroup() as outer:
            try:
                async with asyncio.TaskGroup() as inner:
                    inner.create_task(fails(inner_count, "inner"))
                    outer.create_task(fails(outer_count, "outer"))
            except ExceptionGroup as e:
                log.append(f"between: {tree(e)}, {task.cancelling()}")
                if not catches:
                    raise
            try:
                await asyncio.sleep(60)
            finally:
                log.append(f"the body is cancelled, {task.cancelling()}")
    except ExceptionGroup as e:
        log.append(f"after: {tree(e)}, {task.cancelling()}")
    log.append(await next_await())


async def three(inner_count, middle_count, outer_count):
    """As both(), with one group more."""
    task = asyncio.current_task()
    try:
        async with asyncio.TaskGroup() as outer:
            try:
                async with asyncio.TaskGroup() as middle:
                    try:
                        async with asyncio.TaskGroup() as inner:
                            inner.create_task(fails(inner_count, "inner"))
                            middle.create_task(fails(middle_count, "middle"))
                            outer.create_task(fails(outer_count, "outer"))
                    except ExceptionGroup as e:
                        log.append(f"inner: {tree(e)}, {task.cancelling()}")
                    await asyncio.sleep(60)
            except ExceptionGroup as e:
                log.append(f"middle: {tree(e)}, {task.cancelling()}")
            await asyncio.sleep(60)
    except ExceptionGroup as e:
        log.append(f"outer: {tree(e)}, {task.cancelling()}")
    log.append(await next_await())


async def main():
    for inner_count, outer_count in ((1, 1), (1, 2), (2, 1), (1, 3), (3, 1)):
        for catches in (True, False):
            log.clear()
            print(inner_count, outer_count, catches, await ended(both(inner_count, outer_count, catches)))
            for line in log:
                print(" ", line)

    for counts in ((1, 1, 1), (1, 2, 2), (3, 2, 1), (2, 1, 1), (1, 2, 1)):
        log.clear()
        print(*counts, await ended(three(*counts)))
        for line in log:
            print(" ", line)


asyncio.run(main())
