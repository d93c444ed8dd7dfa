# async_semaphore_order: first come, first served, also while there are permits.
# needs: 3.13
# From: row A4's neighbourhood, python/cpython#90155 (who came later was faster), and bpo-45997 (the order was lost).
import asyncio

from show import bare, rounds

log = []


async def takes(semaphore, name):
    log.append(f"{name} wants")
    await semaphore.acquire()
    log.append(f"{name} has it")


async def main():
    for kind in (asyncio.Semaphore, asyncio.BoundedSemaphore):
        log.clear()
        semaphore = kind(3)
        print(bare(semaphore), semaphore.locked())
        for _ in range(3):
            await semaphore.acquire()
        print(bare(semaphore), semaphore.locked())
        tasks = [asyncio.create_task(takes(semaphore, name)) for name in ("a", "b", "c")]
        await rounds(1)
        print(bare(semaphore))
        semaphore.release()
        print(bare(semaphore), semaphore.locked())
        semaphore.release()
        semaphore.release()
        # All permits are promised. Comes last.
        tasks.append(asyncio.create_task(takes(semaphore, "d")))
        print(bare(semaphore), log)
        await rounds(2)
        print(bare(semaphore), log)
        semaphore.release()
        # Releases and takes again: behind d.
        await semaphore.acquire() if tasks[3].done() else log.append("main steps back")
        await rounds(2)
        print(bare(semaphore), log, [task.done() for task in tasks])
        semaphore.release()
        semaphore.release()
        print(bare(semaphore), semaphore.locked())

    # One permit is free, but somebody who was woken has not run: a new one waits behind it.
    log.clear()
    semaphore = asyncio.Semaphore(0)
    tasks = [asyncio.create_task(takes(semaphore, name)) for name in ("a", "b")]
    await rounds(1)
    semaphore.release()
    semaphore.release()
    semaphore.release()
    print(bare(semaphore), semaphore.locked())
    await takes(semaphore, "main")
    print(log, bare(semaphore), semaphore.locked())
    semaphore.release()
    print(bare(semaphore), semaphore.locked())


asyncio.run(main())
