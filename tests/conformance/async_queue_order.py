# async_queue_order: hand-over in the order of coming; who runs may be faster than who was woken.
# needs: 3.13
# From: row A4's neighbourhood, and python/cpython#83055 (a put() that runs overtakes one that was woken).
import asyncio

from show import bare, rounds

log = []


async def gets(queue, name):
    item = await queue.get()
    log.append(f"{name} got {item}")


async def puts(queue, item):
    await queue.put(item)
    log.append(f"put {item}")


async def main():
    queue = asyncio.Queue()
    tasks = [asyncio.create_task(gets(queue, name)) for name in ("a", "b", "c")]
    await rounds(1)
    print(bare(queue), queue.qsize(), queue.empty(), queue.full(), queue.maxsize)
    for item in (1, 2):
        queue.put_nowait(item)
    print(bare(queue), queue.qsize())
    await rounds(1)
    print(log, bare(queue))
    # What was put for a is taken by another one first: a waits again, behind the others.
    log.clear()
    tasks.append(asyncio.create_task(gets(queue, "d")))
    await rounds(1)
    await queue.put(3)
    print(queue.get_nowait(), bare(queue))
    await rounds(1)
    print(log, bare(queue))
    await queue.put(4)
    await queue.put(5)
    for task in tasks:
        await task
    print(log, bare(queue))

    log.clear()
    queue = asyncio.Queue(2)
    tasks = [asyncio.create_task(puts(queue, item)) for item in range(5)]
    await rounds(1)
    print(log, bare(queue), queue.full())
    print(queue.get_nowait(), bare(queue), queue.full())
    # The free place is taken by another one first.
    queue.put_nowait(10)
    await rounds(2)
    print(log, bare(queue))
    for _ in range(3):
        print(await queue.get(), bare(queue))
    await rounds(2)
    print(log, bare(queue), [task.done() for task in tasks])
    print([await queue.get() for _ in range(2)], bare(queue))

    # Both sides wait in turns.
    log.clear()
    queue = asyncio.Queue(1)
    tasks = [asyncio.create_task(gets(queue, name)) for name in ("a", "b", "c")]
    tasks += [asyncio.create_task(puts(queue, item)) for item in range(3)]
    for task in tasks:
        await task
    print(log, bare(queue))
    # What need not wait lets no round pass.
    task = asyncio.create_task(rounds(1))
    for i in range(5):
        await queue.put(i)
        await queue.get()
    print(task.done())
    await task


asyncio.run(main())
