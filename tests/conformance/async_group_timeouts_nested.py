# async_group_timeouts_nested: timeout, group, timeout, group: which of them leaves with what, and the counts between.
# needs: 3.13
# From: row A3, python/cpython#95289 and #116720, which are about the nesting of what counts cancellations.
import asyncio

from show_groups import ended, fails, log, next_await, tree, waits


def note(where):
    log.append(f"{where} {asyncio.current_task().cancelling()}")


async def tower(outer, inner, inner_fails, outer_fails, catches):
    async with outer:
        try:
            async with asyncio.TaskGroup() as outer_group:
                if outer_fails is not None:
                    outer_group.create_task(fails(outer_fails, "outer"))
                try:
                    async with inner:
                        try:
                            async with asyncio.TaskGroup() as inner_group:
                                inner_group.create_task(waits("task", 2))
                                if inner_fails is not None:
                                    inner_group.create_task(fails(inner_fails, "inner"))
                        finally:
                            note("inner group")
                except (TimeoutError, ExceptionGroup) as e:
                    note(f"caught {tree(e)}")
                    if not catches:
                        raise
                finally:
                    note("inner timeout")
                log.append(await next_await())
        finally:
            note("outer group")
    return "through"


async def main():
    now = asyncio.get_running_loop().time()
    past, far = now - 1, now + 1000
    for outer, inner in ((past, far), (far, past), (past, past)):
        for inner_fails, outer_fails in ((None, None), (0, None), (None, 0), (0, 0)):
            for catches in (True, False):
                log.clear()
                run = tower(asyncio.timeout_at(outer), asyncio.timeout_at(inner), inner_fails, outer_fails, catches)
                task = asyncio.create_task(run)
                print(outer == past, inner == past, inner_fails, outer_fails, catches, await ended(task))
                print(" ", task.cancelling(), log)


asyncio.run(main())
