# async_eager_current_task: which task is the current one in an eager step and after it, and who is in all_tasks().
# needs: 3.12
# From: the documentation of eager_task_factory, and python/cpython#104144 (swapping the current task).
import asyncio

log = []


tasks = []


def known(name):
    tasks.append((name, asyncio.current_task()))


def name():
    current = asyncio.current_task()
    return next((name for name, task in tasks if task is current), str(current))


def names():
    return sorted(name for name, task in tasks if task in asyncio.all_tasks())


async def inner():
    known("inner")
    log.append(f"inner: {name()} of {len(names())}")
    await asyncio.sleep(0)
    log.append(f"inner later: {name()}")


async def outer():
    known("outer")
    log.append(f"outer: {name()} of {len(names())}")
    task = asyncio.create_task(inner())
    log.append(f"outer after: {name()} of {len(names())}")
    await task
    log.append(f"outer later: {name()} of {len(names())}")


async def at_once():
    known("at once")
    log.append(f"at once: {name()} of {len(names())}")


async def fails():
    raise ValueError(name())


async def main():
    loop = asyncio.get_running_loop()
    known("main")
    loop.set_task_factory(asyncio.eager_task_factory)
    task = asyncio.create_task(outer())
    log.append(f"main: {name()}")
    print(log, names())
    log.clear()
    await task
    print(name(), log)

    log.clear()
    task = asyncio.create_task(at_once())
    log.append(f"main: {name()}")
    print(log, names(), task in asyncio.all_tasks(), task.done())

    log.clear()
    task = asyncio.create_task(fails())
    print(name(), names(), task.exception() is not None)

    # From a callback: nobody's before and after.
    def callback():
        log.append(f"before: {name()}")
        asyncio.create_task(at_once())
        log.append(f"between: {name()}")
        asyncio.create_task(inner())
        log.append(f"after: {name()}")

    loop.call_soon(callback)
    for number in range(3):
        await asyncio.sleep(0)
    print(log)


asyncio.run(main())
