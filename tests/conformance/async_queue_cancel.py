# async_queue_cancel: getters and putters that are cancelled, before and after they were woken, lose nothing.
# needs: 3.13
# From: row A4, and bpo-23812 (a getter that was cancelled took the item with it).
import asyncio

from show import awaited, bare, rounds


async def gets(queue):
    return await queue.get()


async def puts(queue, item):
    await queue.put(item)
    return f"put {item}"


async def getters(what):
    queue = asyncio.Queue()
    tasks = {name: asyncio.create_task(gets(queue)) for name in ("a", "b", "c")}
    await rounds(1)
    log = []
    for action in what.split(", "):
        if action == "put":
            queue.put_nowait(queue.qsize() + 10)
        elif action == "get":
            log.append(str(queue.get_nowait()))
        elif action == "late":
            await rounds(1)
        else:
            tasks[action].cancel(action)
    log.append(bare(queue))
    await rounds(5)
    print("getters:", what, "|", log, [name for name, task in tasks.items() if not task.done()], bare(queue))
    for i in range(3):
        queue.put_nowait(i)
    print("  ", [str(await awaited(task)) for task in tasks.values()], bare(queue))


async def putters(what):
    queue = asyncio.Queue(1)
    queue.put_nowait(0)
    tasks = {name: asyncio.create_task(puts(queue, name)) for name in ("a", "b", "c")}
    await rounds(1)
    log = []
    for action in what.split(", "):
        if action == "get":
            log.append(str(queue.get_nowait()))
        elif action == "put":
            queue.put_nowait("mine")
        elif action == "late":
            await rounds(1)
        else:
            tasks[action].cancel(action)
    log.append(bare(queue))
    await rounds(5)
    print("putters:", what, "|", log, [name for name, task in tasks.items() if not task.done()], bare(queue))
    left = []
    while not queue.empty():
        left.append(str(await queue.get()))
        await rounds(2)
    print("  ", [str(await awaited(task)) for task in tasks.values()], left, bare(queue))


async def main():
    for what in (
        "a",
        "put, a",
        "a, put",
        "put, put, a",
        "put, a, b",
        "put, a, b, c",
        "put, b, a",
        "put, get, a",
        "put, a, get",
        "put, get, put, a",
        "put, get, put, a, b",
        "a, late, put, b",
        "put, late, a",
        "a, put, late, b, put",
    ):
        await getters(what)
    for what in (
        "a",
        "get, a",
        "a, get",
        "get, a, b",
        "get, b, a",
        "get, a, b, c",
        "get, put, a",
        "get, a, put",
        "get, put, get, a",
        "get, put, get, a, b",
        "get, late, a",
        "a, late, get, b",
    ):
        await putters(what)


asyncio.run(main())
