# async_wait_for_outside: wait_for() cancelled from outside, at the time when its awaitable ends, and one that refuses.
# needs: 3.12
# From: row A3, python/cpython#86296 and #87555 (wait_for() swallowed a cancellation), and bpo-40607 (the exception
# of what was cancelled on a timeout was lost).
import asyncio

from show import awaited

log = []


async def stubborn(what):
    try:
        await asyncio.get_running_loop().create_future()
    except asyncio.CancelledError as e:
        log.append(f"cancelled: {e}")
        if what == "raise":
            raise ValueError("instead") from None
        if what == "both":
            asyncio.current_task().cancel("outside, too")
            await asyncio.sleep(0)
        if what == "wait":
            await asyncio.sleep(0.002)
            raise
    return what


async def main():
    loop = asyncio.get_running_loop()

    # Cancelled while it waits.
    for what in ("return", "raise", "wait"):
        log.clear()
        task = asyncio.create_task(asyncio.wait_for(stubborn(what), 30))
        await asyncio.sleep(0)
        task.cancel("outside")
        print(what, await awaited(task), log, task.cancelled(), task.cancelling())

    # Its time is up, and the child does not go at once, or the task is cancelled by others meanwhile.
    for what in ("return", "raise", "wait", "both"):
        log.clear()
        task = asyncio.create_task(asyncio.wait_for(stubborn(what), 0.005))
        print(what, await awaited(task), log, task.cancelled(), task.cancelling())

    # The result is there, and then it is cancelled: the cancellation wins.
    future = loop.create_future()
    task = asyncio.create_task(asyncio.wait_for(future, 30))
    await asyncio.sleep(0)
    future.set_result("lost")
    print("set, cancelled:", task.cancel(), await awaited(task), task.cancelled(), future.result())

    # The other way round.
    future = loop.create_future()
    task = asyncio.create_task(asyncio.wait_for(future, 30))
    await asyncio.sleep(0)
    task.cancel()
    print("cancelled first:", future.cancelled(), await awaited(task))

    # The inner one is cancelled by a stranger: no timeout, and the task was asked by nobody.
    future = loop.create_future()
    task = asyncio.create_task(asyncio.wait_for(future, 30))
    await asyncio.sleep(0)
    future.cancel("stranger")
    print("stranger:", await awaited(task), task.cancelling())

    # Cancelled before it began.
    task = asyncio.create_task(asyncio.wait_for(loop.create_future(), 0))
    print("before:", task.cancel(), await awaited(task))

    # Without time left, while it waits for the end of what it has cancelled.
    log.clear()
    inner = asyncio.create_task(stubborn("wait"))
    await asyncio.sleep(0)
    task = asyncio.create_task(asyncio.wait_for(inner, 0))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    print("twice:", log, task.cancel(), await awaited(task), inner.done(), await awaited(inner))


asyncio.run(main())
