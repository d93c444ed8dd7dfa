# async_task_rounds: in which round tasks begin, go on and end, beside sleep(0), finished futures and plain coroutines.
# needs: 3.11
# From: the documentation of asyncio.sleep ("sleep(0) ... an optimized path to allow other tasks to run"), and
# python/cpython#95051, where it mattered which round a cancellation came in.
import asyncio

log = []


async def sleeper(name, count):
    for number in range(count):
        log.append(f"{name}{number}")
        await asyncio.sleep(0)
    log.append(f"{name} ends")
    return name


async def plain(number):
    return number


async def main():
    loop = asyncio.get_running_loop()

    # They begin in the order of their making, behind a callback that was there before.
    loop.call_soon(log.append, "callback")
    a = asyncio.create_task(sleeper("a", 3))
    b = asyncio.create_task(sleeper("b", 2))
    loop.call_soon(log.append, "callback")
    log.append("made")
    print(await a, log)
    print(await b, len(log))

    # Awaiting a coroutine, a finished future or a finished task takes no round.
    log.clear()
    finished = loop.create_future()
    finished.set_result(7)
    loop.call_soon(log.append, "next round")
    total = 0
    for number in range(100):
        total += await plain(number)
        total += await finished
        await a
    log.append(str(total))
    await asyncio.sleep(0)
    print(log)

    # A task that ends wakes the one that waits for it in the next round; its own callbacks come in their order.
    log.clear()

    async def child():
        log.append("child")

    async def parent():
        task = asyncio.create_task(child())
        task.add_done_callback(lambda t: log.append("callback 1"))
        loop.call_soon(log.append, "soon 1")
        await task
        log.append("parent")

    async def other():
        for number in range(4):
            log.append(str(number))
            await asyncio.sleep(0)

    await asyncio.gather(parent(), other())
    print(log)

    # Tasks that make tasks: breadth first.
    log.clear()

    async def tree(name, depth):
        log.append(name)
        if depth > 0:
            left = asyncio.create_task(tree(name + "l", depth - 1))
            right = asyncio.create_task(tree(name + "r", depth - 1))
            await left
            await right
        log.append(name + ".")

    await tree("", 2)
    print(log)


asyncio.run(main())
