# async_handler_context: the exception handler runs in the context of the callback or the task that it hears of.
# needs: 3.12
# From: python/cpython#96704 (the handler was called in another context than the task's).
import asyncio
import contextvars
import gc

name = contextvars.ContextVar("name", default="nothing")
log = []


def handler(loop, context):
    log.append(f"{context['message'].split()[0]} {name.get()}")


async def fails():
    name.set("task")
    raise ValueError("x")


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(handler)
    name.set("main")

    def bad():
        name.set("callback")
        raise ValueError("x")

    loop.call_soon(bad)
    loop.call_later(0, bad)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    print(log)

    log.clear()
    task = asyncio.create_task(fails())
    await asyncio.sleep(0)
    del task
    gc.collect()
    await asyncio.sleep(0)
    print(log, name.get())

    log.clear()
    loop.call_exception_handler({"message": "direct"})
    print(log)


asyncio.run(main())
