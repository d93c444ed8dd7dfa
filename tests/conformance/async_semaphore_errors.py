# async_semaphore_errors: values that are none, and one release() too many.
# needs: 3.11
# From: the documentation of Semaphore and BoundedSemaphore.
import asyncio

from show import bare, outcome, rounds


async def takes(semaphore):
    async with semaphore:
        await rounds(1)


async def main():
    for kind in (asyncio.Semaphore, asyncio.BoundedSemaphore):
        print(outcome(lambda: bare(kind(-1))), outcome(lambda: bare(kind(0))), outcome(lambda: bare(kind())))
        semaphore = kind()
        print(outcome(semaphore.release), bare(semaphore))
        await semaphore.acquire()
        print(outcome(semaphore.release), outcome(semaphore.release), bare(semaphore))
    semaphore = asyncio.BoundedSemaphore(2)
    await semaphore.acquire()
    await semaphore.acquire()
    tasks = [asyncio.create_task(takes(semaphore)) for _ in range(3)]
    await rounds(1)
    # Promised permits are none that are there.
    print(outcome(semaphore.release), outcome(semaphore.release), bare(semaphore))
    for task in tasks:
        await task
    print(bare(semaphore), outcome(semaphore.release))
    none = asyncio.BoundedSemaphore(0)
    task = asyncio.create_task(takes(none))
    await rounds(1)
    print(outcome(none.release), bare(none))
    task.cancel()
    await rounds(1)
    print(task.cancelled(), bare(none))


asyncio.run(main())
