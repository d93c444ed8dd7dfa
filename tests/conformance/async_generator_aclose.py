# async_generator_aclose: aclose() before the beginning, at a yield, in clean-up that awaits, after the end, and twice.
# needs: 3.11
# From: PEP 525 (aclose), and the documentation of agen.aclose().
import asyncio

from show import awaited

log = []


async def numbers(name):
    log.append(f"{name} begins")
    try:
        yield 1
        yield 2
    except GeneratorExit:
        log.append(f"{name} exits")
        raise
    finally:
        log.append(f"{name} cleans up")
    log.append(f"{name} ends")


async def awaits_in_cleanup(name):
    try:
        yield 1
    finally:
        for step in range(2):
            log.append(f"{name} step {step}")
            await asyncio.sleep(0)


async def returns(name):
    try:
        yield 1
    except GeneratorExit:
        log.append(f"{name} returns")
        return


async def fails(name):
    try:
        yield 1
    finally:
        log.append(f"{name} fails")
        raise ValueError("in the clean-up")


async def no_handler():
    try:
        yield 1
    except Exception:
        log.append("an Exception")
    yield 2


async def main():
    async def close_after(generator, steps):
        log.clear()
        got = [await anext(generator, None) for _ in range(steps)]
        closed = await awaited(generator.aclose())
        again = await awaited(generator.aclose())
        print(got, closed, again, await awaited(anext(generator, None)), log)

    for steps in range(4):
        await close_after(numbers(f"n{steps}"), steps)
    for steps in (0, 1, 2):
        await close_after(awaits_in_cleanup(f"a{steps}"), steps)
    await close_after(returns("r"), 1)
    await close_after(fails("f"), 1)
    await close_after(no_handler(), 1)

    # While its clean-up awaits, others run; aclose() comes back when it is through.
    log.clear()
    generator = awaits_in_cleanup("shared")
    await anext(generator)
    closing = asyncio.create_task(generator.aclose())
    for number in range(4):
        log.append(f"main {number} {closing.done()}")
        await asyncio.sleep(0)
    print(log, closing.done())


asyncio.run(main())
