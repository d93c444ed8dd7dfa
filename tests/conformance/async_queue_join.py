# async_queue_join: waits for every task; set free by the last task_done(), also if more is put in the same step.
# needs: 3.13
# From: the documentation of Queue.join() and task_done(), and row A4's neighbourhood.
import asyncio

from show import awaited, bare, outcome, rounds

log = []


async def joins(queue, name):
    await queue.join()
    log.append(f"{name} {bare(queue)}")
    return name


async def main():
    queue = asyncio.Queue()
    print(await awaited(queue.join()))
    for i in range(3):
        queue.put_nowait(i)
    tasks = [asyncio.create_task(joins(queue, name)) for name in ("a", "b", "c")]
    await rounds(2)
    for _ in range(2):
        queue.get_nowait()
        queue.task_done()
        await rounds(2)
        print(bare(queue), [task.done() for task in tasks])
    # Done before it is taken.
    queue.task_done()
    tasks[1].cancel()
    queue.put_nowait(4)
    await rounds(2)
    print(log, bare(queue), [await awaited(task) for task in tasks])
    log.clear()
    tasks = [asyncio.create_task(joins(queue, name)) for name in ("d", "e")]
    await rounds(2)
    print(log, bare(queue))
    tasks[0].cancel()
    print([queue.get_nowait() for _ in range(2)], bare(queue))
    queue.task_done()
    print([await awaited(task) for task in tasks], bare(queue), log)
    print(outcome(queue.task_done), await awaited(queue.join()))

    async def works(queue):
        while True:
            item = await queue.get()
            await rounds(item % 3)
            log.append(item)
            queue.task_done()

    log.clear()
    queue = asyncio.Queue(2)
    workers = [asyncio.create_task(works(queue)) for _ in range(3)]
    for i in range(8):
        await queue.put(i)
    await queue.join()
    print(log, bare(queue))
    for worker in workers:
        worker.cancel()
    print([await awaited(worker) for worker in workers], bare(queue))


asyncio.run(main())
