# async_wait_for_zero: wait_for with no time looks at what is finished, cancels all else, and waits for the end of that.
# needs: 3.12
# From: bpo-32751 (it did not wait for the cancellation), python/cpython#75737 and row A3.
import asyncio

from show import awaited

log = []


async def main():
    loop = asyncio.get_running_loop()

    async def work(name):
        log.append(f"{name} begins")
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            for number in range(2):
                log.append(f"{name} cleans up {number}")
                await asyncio.sleep(0)
            if name == "stubborn":
                return "stubborn"
            if name == "fails":
                raise ValueError("fails")
            raise

    def future(how):
        f = loop.create_future()
        if how == "result":
            f.set_result("result")
        elif how == "error":
            f.set_exception(ValueError("error"))
        elif how == "cancelled":
            f.cancel("before")
        return f

    for timeout in (0, -1):
        # Futures.
        for how in ("result", "error", "cancelled", "pending"):
            f = future(how)
            print(timeout, how, await awaited(asyncio.wait_for(f, timeout)), f.cancelled())

        # A coroutine never begins.
        log.clear()
        print(timeout, await awaited(asyncio.wait_for(work("coroutine"), timeout)), log)

        # Tasks that run.
        for name in ("obeys", "stubborn", "fails"):
            log.clear()
            task = asyncio.create_task(work(name))
            await asyncio.sleep(0)
            print(timeout, name, await awaited(asyncio.wait_for(task, timeout)), task.cancelled(), log)

    print(asyncio.current_task().cancelling())

    # Cancelled while it waits for the clean-up.
    log.clear()
    task = asyncio.create_task(work("inner"))
    await asyncio.sleep(0)
    waiter = asyncio.create_task(asyncio.wait_for(task, 0))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    waiter.cancel("outside")
    print(await awaited(waiter), waiter.cancelled(), task.done(), log)
    print(await awaited(task), log)


asyncio.run(main())
