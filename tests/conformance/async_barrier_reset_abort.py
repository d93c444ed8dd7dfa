# async_barrier_reset_abort: both send away who waits; while a round's tasks leave, too.
# needs: 3.11
# From: the documentation of Barrier.
import asyncio

from show import awaited, bare, rounds


async def passes(barrier, name):
    return f"{name}{await barrier.wait()}"


async def scene(what):
    barrier = asyncio.Barrier(3)
    tasks = []
    log = []
    for action in what.split(", "):
        if action == "late":
            await rounds(1)
        elif action == "reset":
            await barrier.reset()
        elif action == "abort":
            await barrier.abort()
        elif action == "resets":
            tasks.append(asyncio.create_task(barrier.reset()))
        elif action == "aborts":
            tasks.append(asyncio.create_task(barrier.abort()))
        else:
            tasks.append(asyncio.create_task(passes(barrier, action)))
        log.append(f"{bare(barrier)} {barrier.n_waiting} {barrier.broken}")
    await rounds(12)
    print(what, "|", [task.done() for task in tasks], bare(barrier))
    print("  ", log)
    await barrier.reset()
    print("  ", [str(await awaited(task)) for task in tasks], bare(barrier))


async def main():
    for what in (
        "reset",
        "abort, a",
        "abort, abort, reset, a, late",
        "a, b, late, late, reset",
        "a, b, late, late, abort",
        "a, b, late, late, reset, c, late, late",
        "a, b, late, late, abort, c, late, late",
        "a, b, late, late, reset, reset, late, late, c, d, e",
        "a, b, late, late, abort, reset, c, late",
        "a, b, late, late, reset, abort, c, late",
        "a, b, c, late, reset, d, late, late",
        "a, b, c, late, abort, d, late, late",
        "a, b, c, late, d, late, resets, late, late",
        "a, b, c, late, d, late, aborts, late, late",
        "a, resets, b, aborts, c, resets",
    ):
        await scene(what)


asyncio.run(main())
