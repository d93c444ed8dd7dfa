# async_group_grow: the tasks of a group make more tasks in it, and those more, also when the body is through.
# needs: 3.13
# From: the documentation of TaskGroup, and python/cpython#116048 (which of them are cancelled before they begin).
import asyncio

from show_groups import ended, fails, log, rounds, tree, waits


async def main():
    # A tree of them.
    async def branch(group, name, depth):
        log.append(name)
        if depth > 0:
            group.create_task(branch(group, name + "0", depth - 1))
            await asyncio.sleep(0)
            group.create_task(branch(group, name + "1", depth - 1))

    async with asyncio.TaskGroup() as group:
        group.create_task(branch(group, "r", 3))
    print(len(log), log)

    # A chain, each of which ends when it has made the next.
    async def chain(group, left):
        if left > 0:
            group.create_task(chain(group, left - 1))
        else:
            log.append("last")

    log.clear()
    async with asyncio.TaskGroup() as group:
        group.create_task(chain(group, 100))
        log.append("body")
    print(log)

    # By a done callback: that of the last one comes too late, unless it is added before the group's.
    def more(task):
        try:
            group.create_task(rounds(1)).add_done_callback(lambda task: log.append("more is through"))
        except RuntimeError as e:
            log.append(str(e))

    log.clear()
    async with asyncio.TaskGroup() as group:
        group.create_task(rounds(1)).add_done_callback(more)
        log.append("body")
    print(log)

    log.clear()
    async with asyncio.TaskGroup() as group:
        group.create_task(rounds(1)).add_done_callback(more)
        group.create_task(rounds(3))
        log.append("body")
    print(log)

    # A failure cancels them all, also one that has not begun: that never does.
    async def makes_and_fails(group):
        group.create_task(waits("never begun"))
        await asyncio.sleep(0)
        group.create_task(waits("never begun either"))
        raise ValueError("maker")

    log.clear()
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(makes_and_fails(group))
    except ExceptionGroup as e:
        print(tree(e), sorted(log))  # They are cancelled in the order of a set.

    # One that has not begun because the body fails at once.
    log.clear()
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(waits("never"))
            raise ValueError("body")
    except ExceptionGroup as e:
        print(tree(e), log)

    # The task of an inner group makes one in the outer group.
    async def outwards(outer):
        outer.create_task(fails(3, "from the inside"))
        await asyncio.sleep(0)

    async def both():
        async with asyncio.TaskGroup() as outer:
            async with asyncio.TaskGroup() as inner:
                inner.create_task(outwards(outer))
            log.append("inner is left")

    log.clear()
    print(await ended(both()), log)


asyncio.run(main())
