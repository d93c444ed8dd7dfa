# async_cancel_twice: two cancels in one round are one cancellation, with the first one's message.
# needs: 3.11
# From: row A1, and python/cpython#90985 (which message is thrown if there were several cancellations).
import asyncio

from show import awaited, said

log = []


async def wait_for_future(future):
    try:
        await future
    except asyncio.CancelledError as e:
        log.append(said(e))
    log.append("goes on")
    try:
        await asyncio.sleep(0)
        await asyncio.sleep(0.001)
    except asyncio.CancelledError as e:
        log.append("again " + said(e))
    return "end"


async def wait_for_sleep():
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError as e:
        log.append(said(e))
    log.append("goes on")
    try:
        await asyncio.sleep(0)
        await asyncio.sleep(0.001)
    except asyncio.CancelledError as e:
        log.append("again " + said(e))
    return "end"


async def wait_for_turn():
    try:
        await asyncio.sleep(0)
    except asyncio.CancelledError as e:
        log.append(said(e))
    log.append("goes on")
    try:
        await asyncio.sleep(0)
        await asyncio.sleep(0.001)
    except asyncio.CancelledError as e:
        log.append("again " + said(e))
    return "end"


async def check(what, coroutine):
    log.clear()
    task = asyncio.create_task(coroutine)
    await asyncio.sleep(0)
    print(what, task.cancel("first"), task.cancel("second"), task.cancelling())
    print(what, await awaited(task), log)


async def main():
    loop = asyncio.get_running_loop()
    await check("future", wait_for_future(loop.create_future()))
    await check("task", wait_for_future(asyncio.create_task(asyncio.sleep(60))))
    await check("sleep", wait_for_sleep())
    await check("turn", wait_for_turn())


asyncio.run(main())
