# async_loop_exit: SystemExit and KeyboardInterrupt of a callback or a task end the loop, which can be run again.
# needs: 3.11
# From: row A6 (any type; these two are the exception), and what else was queued must not be lost.
import asyncio

log = []


def run(loop, what):
    try:
        log.append(f"returned {loop.run_until_complete(what)}")
    except BaseException as e:
        log.append(type(e).__name__)


def leave(error):
    raise error


async def leaves(error):
    await asyncio.sleep(0)
    raise error


async def waits(task):
    try:
        await task
    except BaseException as e:
        log.append(f"the waiter: {type(e).__name__}")
    return "waited"


for error in (SystemExit, KeyboardInterrupt):
    log.clear()
    loop = asyncio.new_event_loop()
    loop.set_exception_handler(lambda loop, context: log.append("handler"))

    # Out of a callback: what stands behind it in the round is there still.
    loop.call_soon(log.append, "before")
    loop.call_soon(leave, error())
    loop.call_soon(log.append, "behind")
    future = loop.create_future()
    loop.call_soon(future.set_result, 1)
    run(loop, future)
    print(log, loop.is_running(), loop.is_closed(), future.done())
    log.clear()
    run(loop, future)
    print(log)

    # Out of a done callback.
    log.clear()
    future = loop.create_future()
    future.add_done_callback(lambda f: leave(error()))
    loop.call_soon(future.set_result, 2)
    run(loop, future)
    print(log, future.result())
    loop.close()

    # Out of a task: that ends with it, too.
    log.clear()
    loop = asyncio.new_event_loop()
    task = loop.create_task(leaves(error()))
    waiter = loop.create_task(waits(task))
    run(loop, waiter)
    print(log, task.done(), type(task.exception()).__name__, waiter.done())
    log.clear()
    run(loop, waiter)
    print(log)
    loop.close()
