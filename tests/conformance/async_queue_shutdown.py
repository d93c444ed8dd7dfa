# async_queue_shutdown: what a shutdown, gentle or at once, does to those who wait and to what is left.
# needs: 3.13
# From: python/cpython#96471 (which asked for it), and the documentation of Queue.shutdown().
import asyncio

from show import awaited, bare, outcome, rounds


async def puts(queue, item):
    await queue.put(item)
    return f"put {item}"


async def joins(queue):
    await queue.join()
    return "joined"


async def getters(immediate):
    queue = asyncio.Queue()
    tasks = [asyncio.create_task(queue.get()) for _ in range(4)]
    await rounds(1)
    queue.put_nowait(7)
    tasks[1].cancel()
    queue.shutdown(immediate)
    print(bare(queue), [task.done() for task in tasks])
    print([str(await awaited(task)) for task in tasks], bare(queue))
    print(await awaited(queue.get()), await awaited(queue.put(1)), outcome(queue.get_nowait))


async def putters(immediate):
    queue = asyncio.Queue(1)
    queue.put_nowait(0)
    tasks = [asyncio.create_task(puts(queue, item)) for item in range(4)]
    await rounds(1)
    tasks[2].cancel()
    queue.shutdown(immediate)
    print(bare(queue), [task.done() for task in tasks], queue.qsize())
    print([await awaited(task) for task in tasks], bare(queue))
    print(await awaited(queue.get()), await awaited(queue.get()), bare(queue))


async def woken_before(immediate):
    # A putter has been woken by a get(), and then comes the shutdown.
    queue = asyncio.Queue(1)
    queue.put_nowait(0)
    tasks = [asyncio.create_task(puts(queue, item)) for item in range(2)]
    await rounds(1)
    queue.get_nowait()
    queue.shutdown(immediate)
    print([await awaited(task) for task in tasks], bare(queue))
    queue.task_done()
    print(await awaited(queue.join()))


async def joiners(immediate, got, cancel):
    queue = asyncio.Queue()
    for item in range(3):
        queue.put_nowait(item)
    tasks = [asyncio.create_task(joins(queue)) for _ in range(2)]
    for _ in range(got):
        queue.get_nowait()
    await rounds(2)
    queue.shutdown(immediate)
    if cancel:
        tasks[0].cancel()
    await rounds(2)
    print(bare(queue), [task.done() for task in tasks])
    while not queue.empty():
        queue.get_nowait()
    for _ in range(4):
        print(outcome(queue.task_done), [task.done() for task in tasks], end="; ")
        await rounds(1)
    print([await awaited(task) for task in tasks], bare(queue))


async def main():
    for immediate in (False, True):
        print("at once" if immediate else "gently")
        await getters(immediate)
        await putters(immediate)
        await woken_before(immediate)
        for got in (0, 1, 3):
            await joiners(immediate, got, False)
        await joiners(immediate, 1, True)
    queue = asyncio.Queue()
    queue.put_nowait(1)
    queue.shutdown()
    queue.shutdown()
    print(bare(queue), queue.qsize())
    queue.shutdown(immediate=True)
    queue.shutdown(immediate=False)
    print(bare(queue), queue.qsize(), outcome(queue.get_nowait), outcome(queue.task_done))


asyncio.run(main())
