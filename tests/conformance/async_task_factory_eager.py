# async_task_factory_eager: create_eager_task_factory() over a maker of one's own.
# needs: 3.12
# From: the documentation of create_eager_task_factory().
import asyncio

log = []


def maker(coro, *, eager_start=False, **options):
    log.append(f"makes one of {coro.__name__}, eager {eager_start}")
    return asyncio.Task(coro, eager_start=eager_start, **options)


async def work(waits):
    log.append("begins")
    for _ in range(waits):
        await asyncio.sleep(0)
    log.append("ends")
    return waits


async def main():
    loop = asyncio.get_running_loop()
    loop.set_task_factory(asyncio.create_eager_task_factory(maker))
    task = asyncio.create_task(work(0))
    log.append(f"made, done {task.done()}")
    print(log)
    log.clear()
    task = asyncio.create_task(work(1))
    log.append(f"made, done {task.done()}")
    print(await task, log)
    log.clear()
    print(await asyncio.gather(work(0), work(1)), log)

    # The maker may change its mind.
    log.clear()
    loop.set_task_factory(asyncio.create_eager_task_factory(
        lambda coro, *, eager_start, **options: maker(coro, eager_start=False, **options)))
    task = asyncio.create_task(work(0))
    log.append(f"made, done {task.done()}")
    print(await task, log)


asyncio.run(main())

