# async_lock_order: who waits gets the lock in the order of coming, also before the one that has just released it.
# needs: 3.11
# From: row A4's neighbourhood, and the documentation of Lock (fairness).
import asyncio

from show import bare, outcome, rounds

log = []


async def takes(lock, name, hold):
    log.append(f"{name} wants")
    got = await lock.acquire()
    log.append(f"{name} {got}")
    await rounds(hold)
    lock.release()


async def in_order():
    lock = asyncio.Lock()
    print(bare(lock), lock.locked())
    tasks = [asyncio.create_task(takes(lock, name, hold)) for name, hold in (("a", 3), ("b", 0), ("c", 1), ("d", 0))]
    for _ in range(8):
        await asyncio.sleep(0)
        log.append(bare(lock))
    for task in tasks:
        await task
    print(log, bare(lock))


async def in_one_step():
    log.clear()
    lock = asyncio.Lock()
    await lock.acquire()
    tasks = [asyncio.create_task(takes(lock, name, 0)) for name in ("a", "b")]
    await rounds(1)
    lock.release()
    log.append(bare(lock))
    # Free, but somebody waits who came before.
    await lock.acquire()
    log.append("main")
    lock.release()
    await rounds(1)
    await lock.acquire()
    lock.release()
    await lock.acquire()
    log.append("main, without waiting")
    print(log, bare(lock), [task.done() for task in tasks])
    lock.release()


async def errors():
    lock = asyncio.Lock()
    print(outcome(lock.release), bare(lock))
    await lock.acquire()
    lock.release()
    print(outcome(lock.release), bare(lock))
    await lock.acquire()
    # Another task may release it.
    task = asyncio.create_task(takes(lock, "a", 0))
    await rounds(1)

    async def releases():
        lock.release()

    await asyncio.create_task(releases())
    await task
    print(bare(lock))


async def main():
    await in_order()
    await in_one_step()
    await errors()


asyncio.run(main())
