# async_timeout_zero: a timeout whose time has passed cancels at the first place where the body waits, and not before.
# needs: 3.12
# From: row A3, python/cpython#95051 (it came a round late) and python/cpython#134471 (an earlier cancel(); the part of
# it that all versions do alike).
import asyncio

from show import awaited

log = []


async def main():
    loop = asyncio.get_running_loop()

    async def waits_zero(limit):
        async with limit:
            await asyncio.sleep(0)
            log.append("went on")
            await asyncio.sleep(0)
            log.append("went on again")

    async def waits_long(limit):
        async with limit:
            await asyncio.sleep(60)

    async def does_not_wait(limit):
        async with limit:
            log.append("body")
        await asyncio.sleep(0)
        return "no wait"

    async def waits_for_finished(limit):
        done = loop.create_future()
        done.set_result("finished")
        async with limit:
            log.append(await done)
        return "no wait"

    async def waits_behind(limit):
        async with limit:
            log.append("body")
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return "through"

    for function in (waits_zero, waits_long, does_not_wait, waits_for_finished, waits_behind):
        for limit in (asyncio.timeout(0), asyncio.timeout(-11), asyncio.timeout_at(loop.time() - 5)):
            log.clear()
            task = asyncio.create_task(function(limit))
            print(function.__name__, await awaited(task), task.cancelled(), task.cancelling(), limit.expired(), log)

    # Rescheduled into the past.
    async def reschedules(when):
        async with asyncio.timeout(None) as limit:
            await asyncio.sleep(0)
            limit.reschedule(when)
            log.append("rescheduled")
            await asyncio.sleep(0)
            log.append("went on")
            await asyncio.sleep(60)

    for when in (loop.time(), -1):
        log.clear()
        print(await awaited(reschedules(when)), log)

    # Rescheduled into the future in the round in which it would have run out.
    async def in_time():
        async with asyncio.timeout(0) as limit:
            limit.reschedule(loop.time() + 1000)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        return "in time"

    print(await awaited(in_time()))

    # Cancelled before, by itself.
    async def cancelled_before(delay):
        task = asyncio.current_task()
        task.cancel()
        try:
            async with asyncio.timeout(delay):
                await asyncio.sleep(60)
        except TimeoutError:
            log.append("TimeoutError")
        except asyncio.CancelledError:
            log.append("CancelledError")
        log.append(str(task.cancelling()))

    log.clear()
    for delay in (1000, None):
        task = asyncio.create_task(cancelled_before(delay))
        print(await awaited(task), log)


asyncio.run(main())
