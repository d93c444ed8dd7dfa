# async_queue_two_loops: who waits binds a queue to its loop, be it to get or to put; join() is bound apart.
# needs: 3.13
# From: row A20, and bpo-42392 (the loop argument went away; a queue belongs to the loop of its first wait).
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


async def waits(awaitable):
    tasks.append(asyncio.create_task(tried(awaitable)))
    await rounds(3)


async def there(queue):
    print(await tried(queue.get()), bare(queue))
    print(await tried(queue.put(1)), bare(queue))
    print(await tried(queue.put(2)), bare(queue))
    print(await tried(queue.get()), bare(queue))
    task = asyncio.create_task(tried(queue.join()))
    await rounds(2)
    while not task.done():
        queue.task_done()
        await rounds(2)
    print(await task, bare(queue))


async def back():
    await rounds(3)
    print([task.done() for task in tasks])
    for task in tasks:
        if not task.done():
            task.cancel()
    print([await task for task in tasks])


def main():
    queue = asyncio.Queue(1)
    queue.put_nowait(0)
    first.run_until_complete(waits(queue.put(5)))
    asyncio.run(there(queue))
    other = asyncio.LifoQueue(1)
    other.put_nowait(0)
    first.run_until_complete(waits(other.join()))
    queue = asyncio.PriorityQueue(1)
    first.run_until_complete(waits(queue.get()))
    first.run_until_complete(waits(queue.get()))
    asyncio.run(there(queue))
    print(bare(queue), bare(other))
    # Bound by the join() alone: the other loop may wait to get and to put.
    asyncio.run(gets_and_puts(other))
    first.run_until_complete(back())
    print(bare(queue), bare(other))


async def gets_and_puts(queue):
    task = asyncio.create_task(tried(queue.put(1)))
    await rounds(2)
    print(await tried(queue.get()), await task, await tried(queue.get()))
    task = asyncio.create_task(tried(queue.get()))
    await rounds(2)
    queue.put_nowait(3)
    print(await task, bare(queue), await tried(queue.join()))


main()
