# async_wait_for_cancel: cancelling a wait_for, before, in and after the round in which what it waits for ends.
# needs: 3.12
# From: python/cpython#86296 (the cancellation was lost if both came together), python/cpython#107547, and row A3.
import asyncio

from show import awaited

log = []


async def main():
    loop = asyncio.get_running_loop()

    def end(f, how):
        if f.done():
            log.append("done already")
        elif how == "result":
            f.set_result("result")
        elif how == "error":
            f.set_exception(ValueError("error"))
        else:
            f.cancel("future")

    for timeout in (1000, None):
        for how in ("result", "error", "cancelled"):
            for order in ("cancel first", "end first", "cancel later"):
                log.clear()
                f = loop.create_future()
                task = asyncio.create_task(asyncio.wait_for(f, timeout))
                await asyncio.sleep(0)
                if order == "cancel first":
                    task.cancel()
                end(f, how)
                if order == "end first":
                    task.cancel()
                if order == "cancel later":
                    await asyncio.sleep(0)
                    log.append(str(task.cancel()))
                text = await awaited(task)
                print(timeout, how, order, text.partition(":")[0], task.cancelled(), task.cancelling(), f.cancelled(),
                      log)

    # A coroutine runs in the same task; what it does with the cancellation is what wait_for gives.
    async def work(how):
        name = asyncio.current_task().get_name()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            log.append(f"{how} {name} {asyncio.current_task().cancelling()}")
            if how == "returns":
                return "returned"
            if how == "fails":
                raise ValueError("failed")
            raise

    for how in ("obeys", "returns", "fails"):
        log.clear()
        task = asyncio.create_task(asyncio.wait_for(work(how), 1000), name="same task")
        await asyncio.sleep(0)
        task.cancel("outside")
        print(await awaited(task), task.cancelled(), task.cancelling(), log)

    # Cancelled by itself, before it waits for what is done.
    async def finished():
        return "finished"

    async def itself():
        inner = asyncio.create_task(finished())
        await inner
        asyncio.current_task().cancel()
        log.append(await asyncio.wait_for(inner, 1000))
        await asyncio.sleep(0)
        return "not here"

    log.clear()
    task = asyncio.create_task(itself())
    print(await awaited(task), task.cancelled(), log)


asyncio.run(main())
