# async_current_task: current_task() and all_tasks() in tasks, in callbacks, and after tasks have ended.
# needs: 3.11
# From: the documentation of asyncio.current_task and all_tasks, and python/cpython#91887 (who holds tasks).
import asyncio
import gc

log = []


def name():
    task = asyncio.current_task()
    return task.get_name() if task is not None else "None"


def names():
    return sorted(task.get_name() for task in asyncio.all_tasks())


async def nested():
    return name()


async def work(future):
    log.append(name() + " " + await nested())
    await future
    log.append(name())


async def main():
    loop = asyncio.get_running_loop()
    asyncio.current_task().set_name("main")
    print(name(), await nested(), names())

    future = loop.create_future()
    a = asyncio.create_task(work(future), name="a")
    b = asyncio.create_task(work(future), name="b")
    print(names())
    loop.call_soon(lambda: log.append("callback " + name()))
    future.add_done_callback(lambda f: log.append("done callback " + name()))
    a.add_done_callback(lambda f: log.append("task callback " + name()))
    await asyncio.sleep(0)
    print(names(), log)

    log.clear()
    a.cancel()
    print(names())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    print(names(), log)

    # A task that only the loop knows goes on.
    log.clear()

    async def alone():
        for number in range(3):
            await asyncio.sleep(0)
        log.append("alone")

    asyncio.create_task(alone(), name="alone")
    gc.collect()
    print(names())
    for number in range(5):
        await asyncio.sleep(0)
    print(names(), log, asyncio.current_task() in asyncio.all_tasks())

    # An exception thrown out of a task leaves no traces.
    async def fails():
        raise ValueError(name())

    task = asyncio.create_task(fails(), name="fails")
    try:
        await task
    except ValueError as e:
        print(e, name(), names())
    del b


asyncio.run(main())
loop = asyncio.new_event_loop()
pending = loop.create_task(nested(), name="pending")
print([task.get_name() for task in asyncio.all_tasks(loop)])
print(loop.run_until_complete(pending), len(asyncio.all_tasks(loop)))
loop.close()
