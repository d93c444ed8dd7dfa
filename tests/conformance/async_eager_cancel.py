# async_eager_cancel: an eager task is cancelled after its first step, in it, and by itself.
# needs: 3.12
# From: row A1, and the documentation of eager_task_factory: the first step is over when create_task() returns.
import asyncio

from show import awaited

log = []


async def hang(name):
    try:
        log.append(f"{name} hangs")
        await asyncio.sleep(60)
    finally:
        log.append(f"{name} cleans up")


async def at_once():
    return "at once"


async def cancels_itself(waits):
    asyncio.current_task().cancel("by itself")
    log.append("cancelled itself")
    if waits:
        await asyncio.sleep(0)
        log.append("not reached")
    return "result"


async def refuses():
    for number in range(2):
        try:
            await asyncio.sleep(60 if number == 0 else 0)
        except asyncio.CancelledError:
            log.append("refused")
    return "refused it"


async def cancels_its_maker(maker):
    maker.cancel("by the inner one")
    log.append("cancelled the maker")
    await asyncio.sleep(0)
    log.append("inner ends")


async def makes():
    try:
        inner = asyncio.create_task(cancels_its_maker(asyncio.current_task()))
        log.append("made")
        await asyncio.sleep(0)
        log.append("not reached")
    finally:
        log.append(f"maker leaves {inner.done()}")


async def main():
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    # It has begun: so its clean-up runs, unlike that of a task that waits for its first round.
    task = asyncio.create_task(hang("eager"))
    print(task.cancel("stop"), task.cancelling(), await awaited(task), task.cancelled(), log)

    task = asyncio.create_task(at_once())
    print(task.cancel(), task.cancelling(), await awaited(task), task.cancelled())

    for waits in (True, False):
        log.clear()
        task = asyncio.create_task(cancels_itself(waits))
        print(task.done(), task.cancelling(), await awaited(task), task.cancelled(), log)

    log.clear()
    task = asyncio.create_task(refuses())
    task.cancel()
    print(await awaited(task), task.cancelled(), task.cancelling(), task.uncancel(), log)

    # The inner one's first step cancels who is making it.
    log.clear()
    task = asyncio.create_task(makes())
    print(task.done(), await awaited(task), log)

    # Left at the end of the run.
    log.clear()
    asyncio.create_task(hang("left"))
    log.append("main is through")


asyncio.run(main())
print(log)
