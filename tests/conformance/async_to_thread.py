# async_to_thread: a call in another thread, its result, its exception, its context; what is cancelled goes on there.
# needs: 3.11
# From: row A23, the documentation of to_thread(), and bpo-32309, which brought it (with the context).
import asyncio
import threading
from contextvars import ContextVar

from show import awaited

var = ContextVar("var", default="default")
log = []


def add(a, b):
    return a + b


def fail(text):
    raise ValueError(text)


def context(value):
    before = var.get()
    var.set(value)
    return before, var.get()


async def main():
    loop = asyncio.get_running_loop()
    print(await asyncio.to_thread(add, 2, 3))
    print(await awaited(asyncio.to_thread(fail, "in the thread")))
    main_thread = threading.get_ident()
    print("another thread:", await asyncio.to_thread(threading.get_ident) != main_thread)
    var.set("main")
    print(await asyncio.to_thread(context, "thread"), var.get())

    # No loop runs there.
    async def has_loop():
        return await awaited(asyncio.to_thread(asyncio.get_running_loop))

    print(await has_loop())

    # Cancelled: the await ends, the call does not.
    go = threading.Event()
    begun = asyncio.Event()
    ended = asyncio.Event()

    def job():
        loop.call_soon_threadsafe(begun.set)
        go.wait()
        log.append("through")
        loop.call_soon_threadsafe(ended.set)
        return "too late"

    task = asyncio.create_task(asyncio.to_thread(job))
    await begun.wait()
    task.cancel("enough")
    print(await awaited(task), log)
    go.set()
    await ended.wait()
    print(log)

    # The loop goes on meanwhile.
    go.clear()
    begun.clear()
    ended.clear()
    task = asyncio.create_task(asyncio.to_thread(job))
    await begun.wait()
    print("meanwhile:", task.done())
    go.set()
    print(await task)

    # With a limit.
    go.clear()
    print(await awaited(asyncio.wait_for(asyncio.to_thread(go.wait), 0.01)))
    go.set()
    print(await asyncio.gather(*[asyncio.to_thread(add, n, n) for n in range(5)]))


asyncio.run(main())
