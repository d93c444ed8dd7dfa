# async_condition_wait_for: looks again after each notification; what it gives; a predicate that raises.
# needs: 3.11
# From: the documentation of Condition.wait_for().
import asyncio

from show import awaited, bare, rounds

log = []
value = 0


async def waits(condition, least):
    async with condition:

        def enough():
            log.append(f"{least}? {value} {condition.locked()}")
            if value < 0:
                raise ValueError("negative")
            return value - least + 1 if value >= least else 0

        return await condition.wait_for(enough)


async def main():
    global value
    condition = asyncio.Condition()
    print(await awaited(condition.wait_for(lambda: 5)))  # True at once: the lock is not looked at.
    print(await awaited(condition.wait_for(lambda: 0)))
    tasks = [asyncio.create_task(waits(condition, least)) for least in (2, 1, 3)]
    await rounds(4)
    for value in (1, 2, -1):
        async with condition:
            condition.notify_all()
        await rounds(8)
        print(value, log, [task.done() for task in tasks], bare(condition))
        log.clear()
    print([str(await awaited(task)) for task in tasks], bare(condition))


asyncio.run(main())
