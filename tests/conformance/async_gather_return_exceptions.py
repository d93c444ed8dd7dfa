# async_gather_return_exceptions: exceptions as results, those of cancelled children too; but not gather()'s own end.
# needs: 3.12
# From: row A22, and bpo-32684: gather(return_exceptions=True) swallowed its own cancellation.
import asyncio

from show import awaited

log = []


async def child(number, rounds, error=None):
    for _ in range(rounds):
        await asyncio.sleep(0)
    log.append(str(number))
    if error is not None:
        raise error
    return number


async def hang(refuses=False):
    try:
        await asyncio.get_running_loop().create_future()
    except asyncio.CancelledError:
        log.append("cancelled")
        if not refuses:
            raise
    return 0


async def main():
    print(await asyncio.gather(child(1, 2), child(2, 0, ValueError("x")), child(3, 1), return_exceptions=True), log)
    several = [child(n, 0, RuntimeError(f"number {n}") if n % 2 else None) for n in range(4)]
    print(await asyncio.gather(*several, return_exceptions=True))
    print(await asyncio.gather(*[], return_exceptions=True))

    # A child is cancelled by somebody else.
    hangs = asyncio.create_task(hang())
    outer = asyncio.gather(hangs, child(5, 3), return_exceptions=True)
    await asyncio.sleep(0)
    hangs.cancel()
    print(str(await awaited(outer)).replace("('')", "()"))  # CPython puts a text of no letters there.

    # The gather() is cancelled: thrown, when all children are through.
    for refuses in (False, True):
        log.clear()
        task = asyncio.create_task(hang(refuses))
        outer = asyncio.gather(task, child(6, 5), return_exceptions=True)
        await asyncio.sleep(0)
        print(outer.cancel(), await awaited(outer), log, task.cancelled())

    # And the one who waits for it is, in a loop that goes on with whatever comes.
    async def waits():
        results = await asyncio.gather(hang(), hang(), return_exceptions=True)
        log.append(f"swallowed: {len(results)}")

    log.clear()
    task = asyncio.create_task(waits())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    print(await awaited(task), log)


asyncio.run(main())
