# async_cancel_itself: a task that cancels itself goes on to the next place where it waits, or to its end.
# needs: 3.13
# From: python/cpython#107547 and python/cpython#134471, whose examples begin with current_task().cancel().
import asyncio

from show import awaited, said

log = []


async def plain(text):
    log.append(text)


async def main():
    loop = asyncio.get_running_loop()

    async def at_future():
        future = loop.create_future()
        asyncio.current_task().cancel("itself")
        log.append("goes on")
        await plain("a coroutine")
        done = loop.create_future()
        done.set_result("a finished future")
        log.append(await done)
        try:
            await future
        except asyncio.CancelledError as e:
            log.append(f"{said(e)} {future.cancelled()}")
            raise

    async def at_turn():
        asyncio.current_task().cancel("itself")
        try:
            await asyncio.sleep(0)
        except asyncio.CancelledError as e:
            log.append(said(e))
        await asyncio.sleep(0)
        return "went on"

    async def at_sleep():
        asyncio.current_task().cancel("itself")
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError as e:
            log.append(said(e))
        await asyncio.sleep(0.001)
        return "went on"

    async def returns():
        asyncio.current_task().cancel("itself")
        return "returned"

    async def fails():
        asyncio.current_task().cancel("itself")
        raise ValueError("failed")

    async def takes_back():
        task = asyncio.current_task()
        task.cancel()
        log.append(str(task.cancelling()))
        await plain("a coroutine")
        log.append(str(task.uncancel()))
        return "taken back"

    async def at_task():
        child = asyncio.create_task(plain("child"))
        asyncio.current_task().cancel("itself")
        try:
            await child
        finally:
            log.append(f"{child.cancelled()} {child.cancelling()}")

    for function in (at_future, at_turn, at_sleep, returns, fails, takes_back, at_task):
        log.clear()
        task = asyncio.create_task(function())
        print(function.__name__, await awaited(task), task.cancelled(), task.cancelling(), log)


asyncio.run(main())
