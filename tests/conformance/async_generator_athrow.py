# async_generator_athrow: an exception is thrown in where the generator yields: caught, not caught, changed.
# needs: 3.11
# From: PEP 525 (athrow), and the documentation of agen.athrow().
import asyncio

from show import awaited, said

log = []


async def catching():
    for number in range(3):
        try:
            yield number
        except ValueError as e:
            log.append(f"caught {said(e)} at {number}")
            await_after = True
        else:
            await_after = False
        if await_after:
            await asyncio.sleep(0)


async def passing():
    try:
        yield 1
        yield 2
    finally:
        log.append("cleans up")


async def changing():
    try:
        yield 1
    except ValueError as e:
        raise RuntimeError("instead of " + str(e))


async def ending():
    try:
        yield 1
    except ValueError:
        log.append("ends")


async def throw(generator, error):
    """As anext(generator, None) has it: None at the end."""
    try:
        return await generator.athrow(error)
    except StopAsyncIteration:
        return None


async def main():
    generator = catching()
    print(await anext(generator), await awaited(throw(generator, ValueError("a"))),
          await awaited(throw(generator, ValueError("b"))), await awaited(throw(generator, ValueError("c"))),
          await awaited(anext(generator, None)), log)

    # Not caught: it comes out again, and the generator is through.
    log.clear()
    for steps in (1, 2):
        generator = passing()
        for _ in range(steps):
            await anext(generator)
        print(await awaited(throw(generator, RuntimeError("k"))), await awaited(anext(generator, None)), log)

    generator = changing()
    await anext(generator)
    print(await awaited(throw(generator, ValueError("that"))), await awaited(anext(generator, None)))

    # Caught, and it ends.
    log.clear()
    generator = ending()
    await anext(generator)
    print(await awaited(throw(generator, ValueError("x"))), await awaited(anext(generator, None)), log)

    # Before the beginning: the code never runs.
    log.clear()
    generator = catching()
    print(await awaited(throw(generator, ValueError("early"))), await awaited(anext(generator, None)), log)

    # After the end nothing is thrown.
    log.clear()
    generator = ending()
    print([value async for value in generator], await awaited(throw(generator, ValueError("late"))))
    generator = passing()
    await anext(generator)
    await generator.aclose()
    print(await awaited(throw(generator, ValueError("late"))), await awaited(anext(generator, None)), log)

    # A cancellation, as one that comes by itself.
    generator = passing()
    await anext(generator)
    print(await awaited(throw(generator, asyncio.CancelledError("c"))), await awaited(anext(generator, None)), log)


asyncio.run(main())
