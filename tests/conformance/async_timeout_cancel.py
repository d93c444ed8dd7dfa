# async_timeout_cancel: a cancel() from outside wins over a timeout, whichever comes first in the round.
# needs: 3.13
# From: row A3, and the documentation of Task.uncancel.
import asyncio

from show import awaited, said

log = []


async def limited(limit, future):
    try:
        async with limit:
            try:
                await future
            except asyncio.CancelledError as e:
                log.append(said(e))
                raise
    except TimeoutError:
        log.append("TimeoutError")
        return "timed out"
    return "in time"


async def main():
    loop = asyncio.get_running_loop()

    # Both come in one round: the timeout's callback is queued by reschedule() or by entering.
    for first in ("timeout", "cancel"):
        log.clear()
        future = loop.create_future()
        limit = asyncio.timeout(None)
        task = asyncio.create_task(limited(limit, future))
        await asyncio.sleep(0)
        if first == "timeout":
            limit.reschedule(loop.time() - 1)
            loop.call_soon(task.cancel)
        else:
            loop.call_soon(task.cancel)
            limit.reschedule(loop.time() - 1)
        print(first, await awaited(task), task.cancelled(), task.cancelling(), limit.expired(), log)

    # A round apart.
    log.clear()
    future = loop.create_future()
    limit = asyncio.timeout(None)
    task = asyncio.create_task(limited(limit, future))
    await asyncio.sleep(0)
    task.cancel("outside")
    await asyncio.sleep(0)
    print(await awaited(task), task.cancelling(), limit.expired(), log)

    # Cancelled before the block was entered, and that was swallowed: the timeout counts from there.
    async def swallowed_before():
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            log.append("swallowed")
        return await limited(asyncio.timeout(0), loop.create_future())

    log.clear()
    task = asyncio.create_task(swallowed_before())
    await asyncio.sleep(0)
    task.cancel()
    print(await awaited(task), task.cancelled(), task.cancelling(), log)

    # The body ends otherwise, although its time is up.
    async def body(how):
        async with asyncio.timeout(0):
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                if how == "returns":
                    return "body"
                if how == "raises":
                    raise ValueError("body")
                if how == "cancels":
                    raise asyncio.CancelledError("body")

    for how in ("returns", "raises", "cancels"):
        task = asyncio.create_task(body(how))
        print(how, await awaited(task), task.cancelled(), task.cancelling())

    # The result comes in the round in which the time is up.
    for order in (("result", "timeout"), ("timeout", "result")):
        log.clear()
        future = loop.create_future()
        limit = asyncio.timeout(None)
        task = asyncio.create_task(limited(limit, future))
        await asyncio.sleep(0)
        for each in order:
            if each == "result":
                loop.call_soon(lambda: future.done() or future.set_result(None))
            else:
                limit.reschedule(loop.time() - 1)
        print(order[0], await awaited(task), task.cancelling(), future.cancelled(), limit.expired(), log)


asyncio.run(main())
