# async_generator_values: what an asynchronous generator gives, up to its end and after it.
# needs: 3.11
# From: PEP 525, and the documentation of anext().
import asyncio

from show import awaited

log = []


async def counts(n):
    log.append("begins")
    for i in range(n):
        if i % 2 == 1:
            await asyncio.sleep(0)
        log.append(f"yields {i}")
        yield i
    log.append("ends")


async def words(last):
    yield "one"
    if last == 1:
        return
    yield "two"


async def note(text):
    log.append(text)


async def main():
    log.append("made")
    numbers = counts(4)
    log.append("not begun")
    async for number in numbers:
        log.append(f"got {number}")
    print(log)
    # After the end.
    log.clear()
    print(await anext(numbers, None), await anext(numbers, None), log)

    # It returns early; and one that gives nothing.
    for last in (1, 2):
        several = words(last)
        print([word async for word in several], await awaited(anext(several, None)))
    nothing = counts(0)
    print(await anext(nothing, None), await anext(nothing, None), log)

    # By hand, with other work between two values; a value that is awaited lets others run, one that is there does not.
    log.clear()
    numbers = counts(3)
    tasks = [asyncio.create_task(note("task 1"))]
    log.append(f"got {await anext(numbers, None)}")
    tasks.append(asyncio.create_task(note("task 2")))
    log.append(f"got {await anext(numbers, None)}")
    tasks.append(asyncio.create_task(note("task 3")))
    log.append(f"got {await anext(numbers, None)}")
    log.append(f"got {await anext(numbers, None)}")
    await asyncio.gather(*tasks)
    print(log)


asyncio.run(main())
