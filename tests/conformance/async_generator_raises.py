# async_generator_raises: an exception inside of a generator comes out of anext(), and ends the generator.
# needs: 3.11
# From: PEP 525.
import asyncio

from show import awaited, said

log = []


async def raises(at):
    try:
        if at == 0:
            raise ValueError("before the first")
        yield 1
        if at == 1:
            await asyncio.sleep(0)
            raise ValueError("after the first")
        yield 2
        if at == 3:
            raise asyncio.CancelledError("by itself")
    finally:
        log.append(f"cleans up {at}")


async def loop_over(at):
    try:
        async for value in raises(at):
            log.append(f"got {value}")
        log.append("through")
    except ValueError as e:
        log.append(said(e))


async def catches():
    for number in range(3):
        try:
            if number == 1:
                raise ValueError("inside")
        except ValueError as e:
            log.append(said(e))
        yield number


async def main():
    for at in (0, 1):
        numbers = raises(at)
        print(at, [await awaited(anext(numbers, None)) for i in range(4)], log)
        log.clear()
    numbers = raises(3)
    print([await awaited(anext(numbers, None)) for i in range(4)], log)
    for at in (0, 1, 4):
        log.clear()
        await loop_over(at)
        print(log)
    # The consumer's own exception does not come into the generator.
    log.clear()
    numbers = raises(4)
    try:
        async for value in numbers:
            raise ValueError("in the loop")
    except ValueError as e:
        print(said(e), log)
    print(await awaited(anext(numbers, None)), await awaited(anext(numbers, None)), log)
    # What it catches itself, nobody sees.
    log.clear()
    print([value async for value in catches()], log)


asyncio.run(main())
