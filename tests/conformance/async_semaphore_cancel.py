# async_semaphore_cancel: the permit of one who was chosen and cancelled goes to the next.
# needs: 3.13
# From: row A4, bpo-32734, bpo-45997 and python/cpython#90155 (a permit was lost, or all stood still).
import asyncio

from show import awaited, bare, rounds

log = []


async def takes(semaphore, name):
    try:
        await semaphore.acquire()
    except asyncio.CancelledError:
        log.append(f"{name} cancelled {bare(semaphore)}")
        raise
    log.append(f"{name} has it")
    return name


async def scene(what):
    log.clear()
    semaphore = asyncio.Semaphore(0)
    tasks = {name: asyncio.create_task(takes(semaphore, name)) for name in ("a", "b", "c")}
    await rounds(1)
    for action in what.split(", "):
        if action == "release":
            semaphore.release()
        elif action == "late":
            await rounds(1)
        elif action in tasks and action != "d":
            tasks[action].cancel()
        else:
            tasks["d"] = asyncio.create_task(takes(semaphore, "d"))
    log.append(bare(semaphore))
    await rounds(5)
    log.append(bare(semaphore))
    permits = 0
    while not all(task.done() for task in tasks.values()):
        semaphore.release()
        permits += 1
        await rounds(2)
    print(what, "|", [await awaited(task) for task in tasks.values()], permits, bare(semaphore))
    print("  ", log)


async def main():
    for what in (
        "release, a",
        "a, release",
        "release, release, a",
        "release, release, a, b",
        "release, release, b, a",
        "release, release, a, d",
        "a, b, release",
        "a, b, c, release",
        "release, a, b, c",
        "release, a, late, release",
        "release, release, release, a, b, c, d",
        "release, b, release",
        "a, d, release, late, b",
        "a, b, c, d",
        "release, release, release, release, release, b, d",
    ):
        await scene(what)
    # All who wait are cancelled, and there is a permit: it is taken without waiting.
    log.clear()
    semaphore = asyncio.Semaphore(1)
    await semaphore.acquire()
    task = asyncio.create_task(takes(semaphore, "e"))
    await rounds(1)
    task.cancel()
    semaphore.release()
    print(bare(semaphore), semaphore.locked())
    await semaphore.acquire()
    print(bare(semaphore), semaphore.locked(), log)
    await rounds(1)
    print(bare(semaphore), semaphore.locked(), log)


asyncio.run(main())
