# async_condition_passed_on: a notification that comes together with a cancellation goes to another one.
# needs: 3.13
# From: row A4, and python/cpython#112202 (it was lost).
import asyncio

from show import awaited, bare, rounds

log = []


async def waits(condition, name):
    async with condition:
        await condition.wait()
        log.append(name)
    return name


async def scene(what):
    log.clear()
    condition = asyncio.Condition()
    tasks = {name: asyncio.create_task(waits(condition, name)) for name in ("a", "b", "c", "d")}
    await rounds(3)
    await condition.acquire()
    for action in what.split(", "):
        if action == "notify":
            condition.notify()
        elif action == "notify 2":
            condition.notify(2)
        elif action == "late":
            await rounds(1)
        else:
            tasks[action].cancel()
    condition.release()
    await rounds(10)
    print(what, "|", log, [name for name, task in tasks.items() if task.cancelled()], bare(condition))
    async with condition:
        condition.notify_all()
    print("  ", [await awaited(task) for task in tasks.values()], bare(condition))


async def main():
    for what in (
        "notify, a",
        "notify, late, a",
        "a, notify",
        "a, late, notify",
        "notify, b",
        "notify, a, b",
        "notify, b, a",
        "notify, a, b, c, d",
        "notify 2, a",
        "notify 2, b, a",
        "notify 2, late, a, late, b",
        "notify, a, notify",
        "a, b",  # A cancelled one passes on what it had not: a notification that nobody sent.
        "a, late, late, b",
    ):
        await scene(what)


asyncio.run(main())
