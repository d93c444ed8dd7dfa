# async_cancel_same_round: a future ends and the task that waits for it is cancelled in one round, in either order.
# needs: 3.11
# From: row A3, and python/cpython#86296.
import asyncio
import gc

from show import awaited, said

log = []


async def waits_for(future):
    try:
        log.append(f"got {await future}")
    except asyncio.CancelledError as e:
        log.append(said(e))
        raise
    return "through"


def ends(future, how):
    if future.done():
        return
    if how == "result":
        future.set_result(1)
    elif how == "error":
        future.set_exception(ValueError("error"))
    else:
        future.cancel("future")


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: log.append("reported: " + context["message"].split("\n")[0]))
    for how in ("result", "error", "cancel"):
        for order in ("end, cancel", "cancel, end", "end, cancel, a round later"):
            log.clear()
            future = loop.create_future()
            task = asyncio.create_task(waits_for(future))
            await asyncio.sleep(0)
            for action in order.split(", "):
                if action == "end":
                    ends(future, how)
                elif action == "cancel":
                    task.cancel("task")
                else:
                    await asyncio.sleep(0)
            # Whoever throws a failure away has seen it: nothing is reported.
            del future
            print(how, "|", order, "|", await awaited(task), task.cancelled(), task.cancelling())
            del task
            gc.collect()
            print("  ", log)


asyncio.run(main())
