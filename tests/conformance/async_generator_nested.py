# async_generator_nested: generators over generators: values, exceptions and ends go through all of them.
# needs: 3.11
# From: PEP 525 (there is no `yield from` for them), and row A11's shape.
import asyncio

from show import awaited, said

log = []


async def source(n):
    try:
        for i in range(n):
            await asyncio.sleep(0)
            yield i
    finally:
        log.append("source closed")


async def doubled(inner):
    try:
        async for value in inner:
            yield 2 * value
    finally:
        log.append("doubled closed")
        await inner.aclose()


async def batches(inner, size):
    batch = []
    async for value in inner:
        batch.append(value)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


async def countdown(n):
    if n > 0:
        yield n
        async for value in countdown(n - 1):
            yield value


async def bad(inner):
    async for value in inner:
        if value == 2:
            raise ValueError("two")
        yield value


async def both(first, second):
    while True:
        a, b = await asyncio.gather(anext(first, None), anext(second, None))
        if a is None or b is None:
            return
        yield a * 10 + b


async def main():
    print([value async for value in doubled(source(3))], log)
    print([batch async for batch in batches(doubled(source(5)), 2)])
    print([value async for value in countdown(5)])

    # Closing the outer one closes the inner one, as it is written.
    log.clear()
    inner = source(5)
    outer = doubled(inner)
    print(await anext(outer), await anext(outer), await awaited(outer.aclose()), log)
    print(await awaited(anext(inner, None)), await awaited(anext(outer, None)))

    # An exception out of the middle.
    log.clear()
    inner = source(5)
    outer = doubled(bad(inner))
    got = []
    try:
        async for value in outer:
            got.append(value)
    except ValueError as e:
        log.append(said(e))
    print(got, log)
    # The innermost has not noticed, and goes on.
    print(await awaited(anext(inner, None)))
    await inner.aclose()

    # Two at a time.
    log.clear()
    print([value async for value in both(source(3), countdown(4))])

    # An exception that is thrown into the outer one does not come to the inner one.
    log.clear()
    inner = source(5)
    outer = doubled(inner)
    await anext(outer)
    try:
        await outer.athrow(ValueError("thrown"))
    except ValueError as e:
        log.append(said(e))
    print(log, await awaited(anext(inner, None)))


asyncio.run(main())
