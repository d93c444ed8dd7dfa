# async_task_unretrieved: which failures are reported because nobody has asked for them.
# needs: 3.12
# From: row A9, and the documentation's "Detect never-retrieved exceptions".
import asyncio
import gc

from show import said

log = []


def handler(loop, context):
    log.append(f"{context['message'].split(chr(10))[0]} {said(context.get('exception'))}")


async def fails():
    raise ValueError("failed")


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(handler)

    async def check(what, ask):
        log.clear()
        task = asyncio.create_task(fails())
        await asyncio.sleep(0)
        ask(task)
        await asyncio.sleep(0)
        del task
        gc.collect()
        await asyncio.sleep(0)
        print("task", what, log)

        log.clear()
        future = loop.create_future()
        future.set_exception(ValueError("failed"))
        ask(future)
        await asyncio.sleep(0)
        del future
        gc.collect()
        await asyncio.sleep(0)
        print("future", what, log)

    def result(f):
        try:
            f.result()
        except ValueError:
            pass

    async def waits(f):
        try:
            await f
        except ValueError:
            pass

    await check("nothing", lambda f: None)
    await check("done", lambda f: f.done() and f.cancelled())
    await check("exception", lambda f: f.exception())
    await check("result", result)
    await check("cancel", lambda f: f.cancel())
    await check("callback", lambda f: f.add_done_callback(lambda g: None))
    await check("callback asks", lambda f: f.add_done_callback(lambda g: g.exception()))
    await check("awaited", lambda f: asyncio.create_task(waits(f)))

    # A failure that ends another task is asked for there.
    async def passes_on(task):
        await task

    log.clear()
    inner = asyncio.create_task(fails())
    outer = asyncio.create_task(passes_on(inner))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    del inner, outer
    gc.collect()
    print("passed on", log)

    # A cancellation is none.
    log.clear()
    task = asyncio.create_task(fails())
    task.cancel()
    await asyncio.sleep(0)
    del task
    gc.collect()
    print("cancelled", log)


asyncio.run(main())
