# async_eager_raises: an eager task that raises in its first step, and what ends the loop.
# needs: 3.12
# From: the documentation of eager_task_factory, and rows A6 and A9.
import asyncio
import gc

from show import awaited, said

log = []
main_task = []


def note(loop, context):
    log.append(f"{context['message']}: {said(context.get('exception'))}".partition("\n")[0])


async def fails(error):
    raise error


async def never_asked():
    raise ValueError("never asked")


async def fails_later(error):
    await asyncio.sleep(0)
    raise error


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(note)
    loop.set_task_factory(asyncio.eager_task_factory)
    for error in (ValueError("value"), asyncio.CancelledError("cancelled"), RuntimeError()):
        task = asyncio.create_task(fails(error))
        print(task.done(), task.cancelled(), await awaited(task))
    task = asyncio.create_task(fails_later(ValueError("later")))
    print(task.done(), await awaited(task))

    # Nobody asks.
    task = asyncio.create_task(never_asked())
    log.append("made")
    del task
    gc.collect()  # Its exception's traceback leads to this frame.
    print(log)


asyncio.run(main())


# SystemExit and KeyboardInterrupt leave create_task().
async def exits(error):
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    try:
        asyncio.create_task(fails(error))
        log.append("not reached")
    finally:
        log.append(f"current {asyncio.current_task() is main_task[0]}, {len(asyncio.all_tasks())} tasks")


async def main_exits(error):
    main_task[:] = [asyncio.current_task()]
    await exits(error)


for error in (SystemExit(3), KeyboardInterrupt()):
    log.clear()
    try:
        asyncio.run(main_exits(error))
    except (SystemExit, KeyboardInterrupt) as e:
        log.append(type(e).__name__)
    print(log)
