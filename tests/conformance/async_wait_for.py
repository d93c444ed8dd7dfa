# async_wait_for: what wait_for() gives and raises, in the caller's own task; limits of none, none left, and past.
# needs: 3.12
# From: python/cpython#96764 (wait_for() was built anew on timeout(), in the same task), and the documentation of
# wait_for().
import asyncio

from show import awaited

log = []


async def child(rounds, error=None):
    log.append(asyncio.current_task().get_name())
    for _ in range(rounds):
        await asyncio.sleep(0)
    if error is not None:
        raise error
    return rounds


async def hang():
    try:
        await asyncio.get_running_loop().create_future()
    except asyncio.CancelledError:
        log.append("cancelled")
        raise


async def main():
    asyncio.current_task().set_name("main")
    print(await awaited(asyncio.wait_for(child(3), 30)), log)
    print(await awaited(asyncio.wait_for(child(2), None)), log)
    print(await awaited(asyncio.wait_for(child(1, ValueError("its own")), 30)))
    print(await awaited(asyncio.wait_for(child(0, TimeoutError("not by us")), 30)))
    log.clear()
    print(await awaited(asyncio.wait_for(hang(), 0.005)), log, asyncio.current_task().cancelling())

    # No time: what is not done is cancelled; a coroutine never begins.
    for timeout in (0, -1):
        log.clear()
        print(timeout, await awaited(asyncio.wait_for(child(0), timeout)), log)
        task = asyncio.create_task(hang())
        await asyncio.sleep(0)
        print(timeout, await awaited(asyncio.wait_for(task, timeout)), log, task.cancelled())
        future = asyncio.get_running_loop().create_future()
        print(timeout, await awaited(asyncio.wait_for(future, timeout)), future.cancelled())

        # What is done is done.
        future = asyncio.get_running_loop().create_future()
        future.set_result("there")
        print(timeout, await awaited(asyncio.wait_for(future, timeout)))
        future = asyncio.get_running_loop().create_future()
        future.set_exception(ValueError("there"))
        print(timeout, await awaited(asyncio.wait_for(future, timeout)))
        future = asyncio.get_running_loop().create_future()
        future.cancel("long ago")
        print(timeout, await awaited(asyncio.wait_for(future, timeout)))

    # A limit for a task that somebody else has, too.
    task = asyncio.create_task(hang())
    print(await awaited(asyncio.wait_for(asyncio.shield(task), 0.005)), task.done())
    task.cancel()
    print(await awaited(task))


asyncio.run(main())
