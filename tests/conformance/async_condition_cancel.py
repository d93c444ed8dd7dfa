# async_condition_cancel: wait() that is cancelled raises with the lock, however often it is cancelled meanwhile.
# needs: 3.11
# From: row A4, bpo-32841 (a cancellation was lost) and python/cpython#112202 (which of the cancellations it is).
import asyncio

from show import awaited, bare, rounds

log = []


async def waits(condition, name):
    async with condition:
        try:
            await condition.wait()
        except asyncio.CancelledError as e:
            log.append(f"{name} cancelled {e} {condition.locked()}")
            raise
        log.append(f"{name} woken {condition.locked()}")
    return name


async def scene(what):
    log.clear()
    condition = asyncio.Condition()
    task = asyncio.create_task(waits(condition, "a"))
    await rounds(2)
    await condition.acquire()
    for action in what.split(", "):
        if action == "notify":
            condition.notify()
        elif action == "late":
            await rounds(1)
        elif action == "release":
            condition.release()
        elif action == "acquire":
            await condition.acquire()
            log.append("main has it")
        else:
            task.cancel(action)
    log.append(f"{task.done()} {bare(condition)}")
    # Nobody else holds it for ever.
    condition.release()
    print(what, "|", await awaited(task), task.cancelling(), bare(condition))
    print("  ", log)


async def main():
    for what in (
        "first",
        "first, late",
        "first, late, second",
        "first, late, second, late",
        "first, late, second, late, third, late",
        "first, second",
        "first, second, late, late",
        "notify, first",
        "notify, late, first",
        "notify, late, first, late, second, late",
        "notify, late",
        "first, notify",
        "first, release, acquire",
        "first, late, release, second, acquire",
        "notify, late, release, first, acquire",
        "notify, late, release, late, first, acquire",
    ):
        await scene(what)


asyncio.run(main())
