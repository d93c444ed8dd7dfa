# async_generator_ignores_exit: a generator that yields when it is to be closed.
# needs: 3.11
# From: PEP 525 ("async generator ignored GeneratorExit").
import asyncio

from show import awaited

log = []


async def stubborn(times):
    for number in range(10):
        try:
            yield number
        except GeneratorExit:
            log.append(f"ignored at {number}")
            times -= 1
            if times < 0:
                log.append("gives in")
                raise


async def yields_in_finally():
    try:
        yield 1
    finally:
        log.append("finally")
        yield 2
        log.append("after")


async def exits(awaitable):
    try:
        return await awaitable
    except GeneratorExit:
        return "GeneratorExit"


async def main():
    for times in (0, 1):
        log.clear()
        generator = stubborn(times)
        print(await anext(generator), await awaited(generator.aclose()), log)
        if times == 0:
            print(await awaited(generator.aclose()), await awaited(anext(generator, None)), log)
            continue
        # What it yielded then is lost; it goes on from there.
        print([value async for value in generator], log)

    # A clean-up that yields, and goes on with its exit when it is asked for more.
    log.clear()
    generator = yields_in_finally()
    print(await anext(generator), await awaited(generator.aclose()), log)
    print(await exits(anext(generator, None)), await awaited(anext(generator, None)), log)


asyncio.run(main())
