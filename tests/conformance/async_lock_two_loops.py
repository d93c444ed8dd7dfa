# async_lock_two_loops: who waits binds a lock to its loop; in another one it can be used, but not waited for.
# needs: 3.11
# From: row A20, and the documentation (the primitives are bound to a loop by the first wait).
import asyncio

from show import bare, rounds


async def tried(awaitable):
    """What becomes of it; of an error the type alone."""
    try:
        await awaitable
    except (Exception, asyncio.CancelledError) as e:
        return type(e).__name__
    return "through"


first = asyncio.new_event_loop()
tasks = []


async def waits(*awaitables):
    for awaitable in awaitables:
        tasks.append(asyncio.create_task(tried(awaitable)))
    await rounds(3)


async def inside(condition):
    async with condition:
        await condition.wait()


async def lock_there(lock):
    print(await tried(lock.acquire()), bare(lock))
    lock.release()
    print(bare(lock))


async def event_there(event):
    print(await tried(event.wait()), bare(event))


async def condition_there(condition):
    async with condition:
        print(await tried(condition.wait()), bare(condition))
    print(bare(condition))


async def lock_of_condition_there(condition):
    # Waited for in the first loop is the lock alone.
    task = asyncio.create_task(tried(inside(condition)))
    await rounds(2)
    print(bare(condition), task.done())
    await condition.acquire()
    condition.notify()
    condition.release()
    print(await task, bare(condition))


async def semaphore_there(semaphore):
    print(await tried(semaphore.acquire()), bare(semaphore))


async def barrier_there(barrier):
    print(await tried(barrier.wait()), bare(barrier))


async def back():
    await rounds(3)
    print([task.done() for task in tasks])
    for task in tasks:
        if not task.done():
            task.cancel()
    print([await task for task in tasks])


def main():
    lock = asyncio.Lock()
    first.run_until_complete(waits(lock.acquire(), lock.acquire()))
    asyncio.run(lock_there(lock))
    event = asyncio.Event()
    first.run_until_complete(waits(event.wait()))
    asyncio.run(event_there(event))
    condition = asyncio.Condition()
    first.run_until_complete(waits(inside(condition), inside(condition)))
    asyncio.run(condition_there(condition))
    other = asyncio.Condition()
    first.run_until_complete(waits(other.acquire(), other.acquire()))
    other.release()
    first.run_until_complete(rounds(3))
    other.release()
    asyncio.run(lock_of_condition_there(other))
    semaphore = asyncio.Semaphore(0)
    first.run_until_complete(waits(semaphore.acquire()))
    asyncio.run(semaphore_there(semaphore))
    barrier = asyncio.Barrier(3)
    first.run_until_complete(waits(barrier.wait()))
    asyncio.run(barrier_there(barrier))
    first.run_until_complete(back())
    print(bare(lock), bare(event), bare(condition), bare(other), bare(semaphore), bare(barrier))
    first.close()
    # A loop that is closed is still the one that they belong to.
    asyncio.run(event_there(event))
    event.set()
    asyncio.run(event_there(event))
    semaphore.release()
    asyncio.run(semaphore_there(semaphore))


main()
