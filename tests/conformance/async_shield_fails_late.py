# async_shield_fails_late: what fails after its shield was cancelled is reported once.
# needs: 3.11
# From: row A5, and python/cpython#86802 (nobody heard of such a failure) and #79306 (callbacks piled up on the
# inner one).
import asyncio
import gc

from show import awaited, said

reports = []


async def child(rounds, error):
    for _ in range(rounds):
        await asyncio.sleep(0)
    raise error


async def waits(task):
    await asyncio.shield(task)


async def main():
    # Who reports, and in which words, differs: CPython 3.13 at the end of the task, later ones and skein at once.
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: reports.append(said(context["exception"])))
    inner = asyncio.create_task(child(5, ValueError("nobody waits")))
    waiting = asyncio.create_task(waits(inner))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    waiting.cancel()
    print(await awaited(waiting), reports)
    while not inner.done():
        await asyncio.sleep(0)
    del inner
    gc.collect()
    await asyncio.sleep(0)
    print(reports)
    reports.clear()

    # A thousand waits that were given up leave nothing with the inner one.
    future = asyncio.get_running_loop().create_future()
    for _ in range(1000):
        asyncio.shield(future).cancel()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    future.set_result(1)
    await asyncio.sleep(0)
    print(reports, future.result())

    # It ends well: nothing to report.
    inner = asyncio.create_task(asyncio.sleep(0, "well"))
    asyncio.shield(inner).cancel()
    print(await awaited(inner), reports)


asyncio.run(main())
