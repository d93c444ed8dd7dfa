# async_generator_cancel: a task is cancelled while it waits for a generator's next value.
# needs: 3.11
# From: row A1, over generators, and python/cpython#89091's neighbourhood (what is left of a generator then).
import asyncio

from show import awaited

log = []


async def obeys():
    try:
        yield "1"
        await asyncio.sleep(60)
        yield "2"
    finally:
        log.append("cleans up")


async def yields_instead():
    yield "1"
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError as e:
        log.append(f"cancelled: {e}")
        gives = "instead"
    yield gives
    yield "3"


async def cleans_up_slowly():
    try:
        yield "1"
        await asyncio.sleep(60)
    finally:
        for step in range(3):
            log.append(f"step {step}")
            await asyncio.sleep(0)


async def ends_instead():
    yield "1"
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        log.append("ends")


async def consume(generator):
    got = []
    try:
        async for value in generator:
            got.append(value)
        return f"got {got}"
    finally:
        log.append("consumer had " + " ".join(got))


async def main():
    for function in (obeys, yields_instead, cleans_up_slowly, ends_instead):
        log.clear()
        generator = function()
        task = asyncio.create_task(consume(generator))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        task.cancel("stop")
        print(function.__name__, await awaited(task), task.cancelled(), task.cancelling(), log)
        print(await awaited(anext(generator, None)))

    # At a yield nothing waits: the cancellation comes where the consumer awaits next.
    log.clear()
    generator = obeys()

    async def one_and_sleep():
        log.append(f"got {await anext(generator)}")
        await asyncio.sleep(60)

    task = asyncio.create_task(one_and_sleep())
    await asyncio.sleep(0)
    task.cancel()
    print(await awaited(task), log)
    # The generator has not noticed.
    closed = await awaited(generator.aclose())
    print(closed, log)

    # Cancelled during aclose(): the clean-up is interrupted where it awaits.
    log.clear()
    generator = cleans_up_slowly()
    await anext(generator)
    closing = asyncio.create_task(generator.aclose())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    closing.cancel()
    print(await awaited(closing), log, await awaited(anext(generator, None)))

    # A timeout around it.
    log.clear()
    generator = obeys()
    await anext(generator)
    try:
        async with asyncio.timeout(0.001):
            await anext(generator)
    except TimeoutError:
        log.append("timed out")
    print(log, await awaited(anext(generator, None)))


asyncio.run(main())
