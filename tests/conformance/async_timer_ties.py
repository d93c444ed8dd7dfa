# async_timer_ties: a result and a timeout that are due at the very same time: the one that was made first comes first.
# needs: 3.12
# From: row A3 ("every ordering of done, cancel, timer at the same instant"), with real timers.
import asyncio

from show import awaited

log = []


async def main():
    loop = asyncio.get_running_loop()

    async def limited(future, when):
        async with asyncio.timeout_at(when):
            try:
                return await future
            except asyncio.CancelledError:
                log.append("CancelledError")
                raise

    def ends(future):
        log.append(f"ends {future.cancelled()}")
        if not future.done():
            future.set_result("result")

    for order in ("result first", "timeout first", "cancel first", "cancel last"):
        log.clear()
        future = loop.create_future()
        when = loop.time() + 0.03
        task = asyncio.create_task(limited(future, when))
        if order == "result first":
            loop.call_at(when, ends, future)
        elif order == "cancel first":
            loop.call_at(when, task.cancel)
        await asyncio.sleep(0)
        if order == "timeout first":
            loop.call_at(when, ends, future)
        elif order == "cancel last":
            loop.call_at(when, task.cancel)
        print(order, await awaited(task), task.cancelled(), task.cancelling(), future.cancelled(), log)

    # A sleep and a cancel() in one batch: the sleep has ended, but its task has not been told.
    async def sleeps(when):
        try:
            await asyncio.sleep(when - loop.time())
        except asyncio.CancelledError:
            log.append("CancelledError")
        return "slept"

    async def main_sleep():
        when = loop.time() + 0.02
        task = asyncio.create_task(sleeps(when))
        await asyncio.sleep(0)
        # Both are due when the loop looks.
        loop.call_at(when + 0.005, task.cancel)
        while loop.time() < when + 0.01:
            pass
        return await awaited(task)

    log.clear()
    print(await main_sleep(), log)


asyncio.run(main())
