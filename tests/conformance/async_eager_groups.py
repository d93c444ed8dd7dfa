# async_eager_groups: gather() and TaskGroup, when the tasks they make are eager.
# needs: 3.12
# From: the documentation of eager_task_factory, and python/cpython#97696 and #104308 (a group whose tasks end at once).
import asyncio

from show import awaited, said

log = []


async def work(name, waits, error=None):
    log.append(f"{name} begins")
    for _ in range(waits):
        await asyncio.sleep(0)
    if error is not None:
        raise error
    log.append(f"{name} ends")
    return name


async def hang(name):
    try:
        log.append(f"{name} hangs")
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        log.append(f"{name} cancelled")
        raise


async def main():
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    print(await asyncio.gather(work("a", 0), work("b", 1), work("c", 0)), log)
    log.clear()
    gathering = asyncio.gather(work("d", 0), work("e", 0))
    log.append(f"gathered {gathering.done()}")
    print(await gathering, log)
    log.clear()
    print(await awaited(asyncio.gather(work("f", 0, ValueError("f")), work("g", 1))), log)
    log.clear()
    print(await awaited(asyncio.gather(work("h", 0, ValueError("h")), work("i", 0), return_exceptions=True)), log)

    # A group.
    log.clear()
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(work("j", 0)), group.create_task(work("k", 1))]
        log.append(f"body {[task.done() for task in tasks]}")
    print([task.result() for task in tasks], log)

    # One that only has tasks that end at once.
    log.clear()
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(work(name, 0)) for name in "lm"]
    print([task.result() for task in tasks], log)

    # One that fails at once, while the body goes on.
    log.clear()
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(hang("n"))
            group.create_task(work("o", 0, ValueError("o")))
            log.append("body goes on")
            await asyncio.sleep(60)
            log.append("not reached")
    except* ValueError as errors:
        log.extend(said(e) for e in errors.exceptions)
    print(log, asyncio.current_task().cancelling())

    # The body fails.
    log.clear()
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(hang("p"))
            group.create_task(work("q", 0))
            raise RuntimeError("body")
    except* RuntimeError as errors:
        log.extend(said(e) for e in errors.exceptions)
    print(log)


asyncio.run(main())
