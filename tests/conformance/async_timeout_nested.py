# async_timeout_nested: timeouts in timeouts; which of them turns the cancellation into a TimeoutError, what follows.
# needs: 3.13
# From: row A3, and python/cpython#116720, whose fixes concern the nesting of what counts cancellations.
import asyncio

from show import awaited

log = []


async def main():
    loop = asyncio.get_running_loop()
    past, far = loop.time() - 1, loop.time() + 1000

    async def nested(outer_when, inner_when, inner_catches):
        async with asyncio.timeout_at(outer_when) as outer:
            try:
                async with asyncio.timeout_at(inner_when) as inner:
                    try:
                        await asyncio.sleep(60)
                    finally:
                        log.append(f"body {outer.expired()} {inner.expired()} {asyncio.current_task().cancelling()}")
            except TimeoutError:
                log.append("inner TimeoutError")
                if not inner_catches:
                    raise
            finally:
                log.append(f"between {outer.expired()} {inner.expired()} {asyncio.current_task().cancelling()}")
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            log.append("outer goes on")
        return "through"

    for outer_when, inner_when, what in ((past, far, "outer"), (far, past, "inner"), (past, past, "both")):
        for inner_catches in (True, False):
            log.clear()
            task = asyncio.create_task(nested(outer_when, inner_when, inner_catches))
            print(what, inner_catches, await awaited(task), task.cancelling(), log)

    # The outer one runs out while the inner one deals with its own.
    async def later():
        async with asyncio.timeout(None) as outer:
            try:
                async with asyncio.timeout_at(past):
                    try:
                        await asyncio.sleep(60)
                    except asyncio.CancelledError:
                        outer.reschedule(past)
                        log.append("caught")
                        await asyncio.sleep(60)
            except TimeoutError:
                log.append("inner TimeoutError")
            except asyncio.CancelledError:
                log.append("inner CancelledError")
                raise
        return "through"

    log.clear()
    task = asyncio.create_task(later())
    print(await awaited(task), task.cancelling(), log)

    # Five, all of them past.
    async def deep(depth):
        if depth == 0:
            await asyncio.sleep(60)
        try:
            async with asyncio.timeout_at(past):
                await deep(depth - 1)
        except BaseException as e:
            log.append(f"{depth} {type(e).__name__} {asyncio.current_task().cancelling()}")
            raise

    log.clear()
    task = asyncio.create_task(deep(5))
    print(await awaited(task), task.cancelling(), log)


asyncio.run(main())
