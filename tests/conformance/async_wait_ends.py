# async_wait_ends: a wait() whose time is up, or that is cancelled, cancels nothing, and can be had again.
# needs: 3.11
# From: row F6 in the loop, and python/cpython#152569 (what a wait() left with each future). Negative times only look.
import asyncio

from show import awaited

log = []


async def hang(name):
    try:
        await asyncio.get_running_loop().create_future()
    except asyncio.CancelledError:
        log.append(f"{name} cancelled")
        raise


def counts(results):
    return [len(part) for part in results]


async def main():
    tasks = [asyncio.create_task(hang("a")), asyncio.create_task(hang("b"))]
    for timeout in (0, -1, 0.005):
        print(timeout, counts(await asyncio.wait(tasks, timeout=timeout)), log)
    print("first:", counts(await asyncio.wait(tasks, timeout=0.005, return_when=asyncio.FIRST_COMPLETED)))

    # Time enough: nothing of the limit is left.
    done = asyncio.create_task(asyncio.sleep(0))
    print("in time:", counts(await asyncio.wait([done], timeout=30)))
    print("done, no time:", counts(await asyncio.wait([done, tasks[0]], timeout=0)))

    # Cancelled while it waits.
    waiting = asyncio.create_task(asyncio.wait(tasks))
    await asyncio.sleep(0)
    waiting.cancel("the waiter")
    print(await awaited(waiting), log, [t.done() for t in tasks])

    # In a task of its own, cancelled together with what it waits for.
    both = asyncio.create_task(asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED))
    await asyncio.sleep(0)
    tasks[0].cancel()
    both.cancel()
    print(await awaited(both), log, [t.cancelled() for t in tasks])

    # Cancelled when the condition holds already and it has not heard of it.
    future = asyncio.get_running_loop().create_future()
    late = asyncio.create_task(asyncio.wait([future]))
    await asyncio.sleep(0)
    future.set_result(1)
    await asyncio.sleep(0)
    print(late.cancel(), await awaited(late), late.cancelled())

    tasks[1].cancel()
    print("last:", counts(await asyncio.wait(tasks)), log)


asyncio.run(main())
