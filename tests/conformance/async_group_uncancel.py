# async_group_uncancel: a group takes back the cancel() with which it ended its body, whatever the body made of that.
# needs: 3.13
# From: python/cpython#95289: it did not if the body swallowed or replaced the cancellation.
import asyncio

from show_groups import fails, log, next_await, tree


async def passes_it_on():
    await asyncio.sleep(60)


async def swallows_it():
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        log.append(f"swallowed, {asyncio.current_task().cancelling()}")


async def replaces_it():
    try:
        await asyncio.sleep(60)
    finally:
        raise ValueError("body")


async def takes_it_back():
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        log.append(f"taken back, {asyncio.current_task().uncancel()}")


async def takes_back_too_much():
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        for _ in range(3):
            asyncio.current_task().uncancel()
        raise


async def is_cancelled_besides():
    try:
        await asyncio.sleep(60)
    finally:
        asyncio.current_task().cancel("besides")


async def swallows_both():
    for _ in range(2):
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError as e:
            log.append(f"swallowed, {asyncio.current_task().cancelling()}")
            if asyncio.current_task().cancelling() == 1:
                asyncio.current_task().cancel()


async def around(body):
    task = asyncio.current_task()
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fails(1, "task"))
            await body()
        log.append("nothing")
    except ExceptionGroup as e:
        log.append(f"{tree(e)}, {task.cancelling()}")
    log.append(await next_await())
    log.append(await next_await())


async def main():
    for body in (
        passes_it_on,
        swallows_it,
        replaces_it,
        takes_it_back,
        takes_back_too_much,
        is_cancelled_besides,
        swallows_both,
    ):
        log.clear()
        task = asyncio.create_task(around(body))
        await asyncio.wait([task])
        print(body.__name__, task.cancelled(), task.cancelling())
        for line in log:
            print(" ", line)


asyncio.run(main())
