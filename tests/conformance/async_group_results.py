# async_group_results: a group is left when its tasks are through, those of groups in it too; what the tasks give.
# needs: 3.13
# From: the documentation of TaskGroup.
import asyncio

from show_groups import gives, log


async def main():
    async with asyncio.TaskGroup():
        log.append("body")
    print("nothing in it", log)

    log.clear()
    async with asyncio.TaskGroup() as group:
        slow = group.create_task(gives(3, "slow"))
        quick = group.create_task(gives(1, "quick"))
        log.append("body")
        print(slow.done(), quick.done())
    print(slow.result(), quick.result(), log)

    # The body waits for one of them.
    log.clear()
    async with asyncio.TaskGroup() as group:
        slow = group.create_task(gives(3, "slow"))
        quick = group.create_task(gives(1, "quick"))
        print(await quick, slow.done())
    print(slow.result(), log)

    # A group in a group.
    log.clear()
    async with asyncio.TaskGroup() as outer:
        one = outer.create_task(gives(6, "one"))
        async with asyncio.TaskGroup() as inner:
            two = inner.create_task(gives(1, "two"))
            three = outer.create_task(gives(1, "three"))
        print("inner is left", one.done(), two.done(), three.done())
    print("outer is left", one.done(), log)

    # And in a task of one.
    async def has_a_group(name):
        async with asyncio.TaskGroup() as group:
            group.create_task(gives(2, name + "2"))
            group.create_task(gives(1, name + "1"))
        log.append(name)
        return name

    log.clear()
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(has_a_group(name)) for name in ("a", "b", "c")]
    print([task.result() for task in tasks], log)

    # What the body returns.
    async def returns():
        async with asyncio.TaskGroup() as group:
            group.create_task(gives(2, "task"))
            return "body"

    log.clear()
    print(await returns(), log)

    # In one round, and all before anybody waits.
    log.clear()
    async with asyncio.TaskGroup() as group:
        for number in range(5):
            group.create_task(gives(0, f"{number}"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        log.append("body")
    print(log)


asyncio.run(main())
