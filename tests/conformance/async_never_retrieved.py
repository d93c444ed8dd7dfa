# async_never_retrieved: a failure that nobody asks for is reported once, when the last one who could ask is gone.
# needs: 3.11
# From: row A9, and the documentation of debug mode ("Detect never retrieved exceptions").
import asyncio
import gc

from show import awaited, said

log = []


async def fails(text):
    raise ValueError(text)


def note(loop, context):
    log.append(f"{context['message']}: {said(context['exception'])}")


async def dropped(make, look=None):
    log.clear()
    future = make()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    if look is not None:
        look(future)
    before = len(log)
    del future
    gc.collect()
    return before, log


def make_future():
    future = asyncio.get_running_loop().create_future()
    future.set_exception(ValueError("future"))
    return future


def make_task():
    return asyncio.create_task(fails("task"))


def look_at_result(future):
    try:
        future.result()
    except ValueError:
        pass


async def main():
    asyncio.get_running_loop().set_exception_handler(note)
    for name, make in (("future:", make_future), ("task:", make_task)):
        print(name, await dropped(make))
        print(name, "exception()", await dropped(make, lambda future: future.exception()))
        print(name, "result()", await dropped(make, look_at_result))
        print(name, "cancel()", await dropped(make, lambda future: future.cancel()))
        print(name, "done()", await dropped(make, lambda future: future.done()))

    # Awaited.
    log.clear()
    task = make_task()
    print(await awaited(task))
    del task
    gc.collect()
    print("awaited:", log)

    # In wait(), which does not ask; in FIRST_EXCEPTION, which does; in gather().
    for what in (asyncio.ALL_COMPLETED, asyncio.FIRST_EXCEPTION):
        task = make_task()
        await asyncio.wait([task], return_when=what)
        del task
        gc.collect()
        print(what, log)
        log.clear()
    tasks = [make_task(), asyncio.create_task(fails("second"))]
    print(await awaited(asyncio.gather(*tasks)))
    await asyncio.sleep(0)
    del tasks
    gc.collect()
    print("gather:", log)

    # It is the loop's handler at that time that hears of it.
    task = make_task()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: log.append("another handler"))
    del task
    gc.collect()
    print(log)


asyncio.run(main())
