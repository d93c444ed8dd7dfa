# async_lock_cancel: who was chosen and is cancelled hands the lock on; who was cancelled stands in nobody's way.
# needs: 3.11
# From: row A4, bpo-27585 and bpo-32734 (a lock stayed taken, or nobody was woken, after a cancellation).
import asyncio

from show import awaited, bare, rounds

log = []


async def takes(lock, name):
    try:
        await lock.acquire()
    except asyncio.CancelledError as e:
        log.append(f"{name} cancelled {e} {bare(lock)}")
        raise
    log.append(f"{name} has it")
    await rounds(1)
    lock.release()
    return name


async def scene(what):
    log.clear()
    lock = asyncio.Lock()
    await lock.acquire()
    a, b, c = (asyncio.create_task(takes(lock, name)) for name in ("a", "b", "c"))
    await rounds(1)
    for action in what.split(", "):
        if action == "release":
            lock.release()
        elif action == "cancel a":
            a.cancel("1")
        elif action == "cancel b":
            b.cancel("2")
        elif action == "take":
            await lock.acquire()
            log.append("main has it")
        elif action == "late":
            await rounds(1)
    log.append(bare(lock))
    # Comes last, in any case.
    d = asyncio.create_task(takes(lock, "d"))
    results = [await awaited(task) for task in (a, b, c, d)]
    print(what, "|", results, bare(lock))
    print("  ", log)


async def main():
    await scene("release, cancel a")
    await scene("cancel a, release")
    await scene("release, cancel b")
    await scene("cancel a, cancel b, release")
    await scene("release, cancel a, cancel b")
    await scene("release, cancel b, cancel a")
    await scene("cancel a, late, release")
    await scene("release, cancel a, take, release")
    await scene("cancel a, release, take, release")
    # All who wait are cancelled: it is taken without waiting.
    lock = asyncio.Lock()
    await lock.acquire()
    task = asyncio.create_task(takes(lock, "e"))
    await rounds(1)
    task.cancel()
    lock.release()
    acquire = asyncio.create_task(lock.acquire())
    print(bare(lock))
    await lock.acquire()
    print(bare(lock), task.done())
    await rounds(1)
    print(bare(lock), task.done())
    lock.release()
    print(await acquire)


asyncio.run(main())
