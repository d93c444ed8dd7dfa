# async_eager_order: an eager task runs in create_task() to its first wait, and takes its turn from there.
# needs: 3.12
# From: the documentation of eager_task_factory, and python/cpython#97696 (eager task execution).
import asyncio

log = []


async def work(name, waits):
    log.append(f"{name} begins")
    for number in range(waits):
        await asyncio.sleep(0)
        log.append(f"{name} {number}")
    log.append(f"{name} ends")
    return name


async def on_future(name, future):
    log.append(f"{name} waits")
    await future
    log.append(f"{name} goes on")


async def main():
    loop = asyncio.get_running_loop()
    loop.set_task_factory(asyncio.eager_task_factory)
    loop.call_soon(log.append, "callback 1")
    a = asyncio.create_task(work("a", 2))
    log.append(f"made a, done {a.done()}")
    loop.call_soon(log.append, "callback 2")
    b = asyncio.create_task(work("b", 1))
    log.append(f"made b, done {b.done()}")
    c = asyncio.create_task(work("c", 0))
    log.append(f"made c, done {c.done()}")
    loop.call_soon(log.append, "callback 3")
    await asyncio.sleep(0)
    log.append("main")
    print(await a, await b, await c, log)

    log.clear()
    future = loop.create_future()
    first = asyncio.create_task(on_future("first", future))
    loop.set_task_factory(None)
    lazy = asyncio.create_task(on_future("lazy", future))
    loop.set_task_factory(asyncio.eager_task_factory)
    second = asyncio.create_task(on_future("second", future))
    await asyncio.sleep(0)
    future.set_result(None)
    log.append("set")
    late = asyncio.create_task(on_future("late", future))
    await asyncio.wait([first, lazy, second, late])
    print(log)

    # In a callback, where no task is the current one.
    log.clear()
    loop.call_soon(lambda: log.append(f"in a callback {asyncio.create_task(work('d', 1)).done()}"))
    for number in range(3):
        log.append(f"main {number}")
        await asyncio.sleep(0)
    print(log)


asyncio.run(main())
