# async_generator_running: one generator and several tasks: while one waits for its next value, no other may ask.
# needs: 3.11
# From: bpo-30773 (asynchronous generators ran in two tasks at once), and PEP 525.
import asyncio

from show import awaited, said

log = []


async def numbers(future):
    try:
        yield 1
        log.append("waits")
        yield await future
        yield 3
    finally:
        log.append("cleans up")


async def asks_itself():
    yield 1
    try:
        await anext(itself[0])
    except RuntimeError as e:
        log.append(said(e))
    try:
        await itself[0].aclose()
    except RuntimeError as e:
        log.append(said(e))
    yield 2


itself = []


async def throw(generator, error):
    return await generator.athrow(error)


async def ask(generator):
    return await anext(generator, None)


async def main():
    future = asyncio.get_running_loop().create_future()
    generator = numbers(future)
    print(await anext(generator))
    waiting = asyncio.create_task(ask(generator))
    await asyncio.sleep(0)
    print(await awaited(ask(generator)), await awaited(generator.aclose()),
          await awaited(throw(generator, ValueError("x"))), log)
    second = asyncio.create_task(ask(generator))
    print(await awaited(second), waiting.done())
    future.set_result(2)
    print(await awaited(waiting), await awaited(ask(generator)), await awaited(ask(generator)), log)

    # Not while it runs on its own behalf either.
    log.clear()
    itself.append(asks_itself())
    print([value async for value in itself[0]], log)

    # While it is being closed.
    log.clear()

    async def slow_cleanup(future):
        try:
            yield 1
        finally:
            await future
            log.append("closed")

    future = asyncio.get_running_loop().create_future()
    generator = slow_cleanup(future)
    await anext(generator)
    closing = asyncio.create_task(generator.aclose())
    await asyncio.sleep(0)
    print(await awaited(ask(generator)), await awaited(generator.aclose()), log)
    future.set_result(None)
    print(await awaited(closing), await awaited(ask(generator)), await awaited(generator.aclose()), log)

    # One after the other two tasks may share it.
    async def shared():
        for number in range(6):
            await asyncio.sleep(0)
            yield number

    generator = shared()
    lock = asyncio.Lock()

    async def takes(name):
        got = []
        while True:
            async with lock:
                number = await anext(generator, None)
            if number is None:
                return got
            got.append(number)

    print(await asyncio.gather(takes("a"), takes("b")))


asyncio.run(main())
