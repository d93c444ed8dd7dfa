# async_generator_shutdown: the end of asyncio.run() closes the generators that are left, after the tasks.
# needs: 3.11
# From: PEP 525 (finalisation), and the documentation of loop.shutdown_asyncgens().
import asyncio

from show import awaited, said

log = []
kept = []


def note(loop, context):
    log.append(f"report: {context['message'].partition(' <')[0]}: {said(context['exception'])}")


async def numbers(name, then=None):
    try:
        log.append(f"{name} begins")
        yield 1
        yield 2
    finally:
        log.append(f"{name} cleans up")
        await asyncio.sleep(0.001)
        log.append(f"{name} is through")
        if then is not None:
            raise then


async def hang():
    try:
        await asyncio.sleep(60)
    finally:
        log.append("the task cleans up")
        await asyncio.sleep(0)
        log.append("the task is through")


async def stubborn():
    try:
        yield 1
    except GeneratorExit:
        log.append("ignored")
        yield 2


async def main():
    asyncio.get_running_loop().set_exception_handler(note)
    asyncio.create_task(hang())
    kept.append(numbers("left"))
    await anext(kept[0])
    kept.append(numbers("through"))
    print([value async for value in kept[1]])
    kept.append(numbers("closed"))
    await anext(kept[2])
    await kept[2].aclose()
    kept.append(numbers("never begun"))
    log.append("main is through")


asyncio.run(main())
print(log)


# What their clean-up raises is reported, and the rest is closed.
async def several():
    asyncio.get_running_loop().set_exception_handler(note)
    for generator in (numbers("a", ValueError("in a")), numbers("b"), stubborn()):
        kept.append(generator)
        await anext(generator)


log.clear()
asyncio.run(several())
print(sorted(log))


# By hand: those that have begun in this loop are closed; it may be called again.
async def by_hand():
    loop = asyncio.get_running_loop()
    kept.append(numbers("by hand"))
    await anext(kept[-1])
    print(await awaited(loop.shutdown_asyncgens()), log)
    print(await awaited(anext(kept[-1], None)), await awaited(loop.shutdown_asyncgens()), log)


log.clear()
asyncio.run(by_hand())
print(log)


# A task whose generator is left: the task is cancelled in the generator, which is through before.
async def consume():
    async for value in kept[-1]:
        await asyncio.sleep(60)


async def left_in_the_middle():
    kept.append(numbers("shared"))
    asyncio.create_task(consume())
    await asyncio.sleep(0)


log.clear()
asyncio.run(left_in_the_middle())
print(log)
