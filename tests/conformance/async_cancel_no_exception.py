# async_cancel_no_exception: `except Exception` does not swallow a cancellation; whoever catches it by name may.
# needs: 3.11
# From: row A2, and bpo-32528 (CancelledError became a BaseException).
import asyncio

from show import awaited

log = []


async def broad():
    try:
        await asyncio.sleep(60)
    except Exception:
        log.append("swallowed")
    return "went on"


async def by_name():
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        log.append("swallowed")
    return "went on"


async def base():
    try:
        await asyncio.sleep(60)
    except BaseException:
        log.append("raises another")
        raise ValueError("instead")


async def again():
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        log.append("passes on")
        raise


async def main():
    for function in (broad, by_name, base, again):
        log.clear()
        task = asyncio.create_task(function())
        await asyncio.sleep(0)
        task.cancel()
        print(await awaited(task), task.cancelled(), task.cancelling(), log)

    # Raised by the coroutine itself, it cancels the task too.
    async def raises():
        raise asyncio.CancelledError("by itself")

    task = asyncio.create_task(raises())
    print(await awaited(task), task.cancelled(), task.cancelling())


asyncio.run(main())
