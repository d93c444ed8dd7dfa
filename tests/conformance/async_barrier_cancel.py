# async_barrier_cancel: who is cancelled leaves a place free, and breaks nothing.
# needs: 3.13
# From: row A4's neighbourhood, and the documentation of Barrier.
import asyncio

from show import awaited, bare, rounds


async def passes(barrier, name):
    return f"{name}{await barrier.wait()}"


async def scene(what):
    barrier = asyncio.Barrier(3)
    tasks = {}
    log = []
    for action in what.split(", "):
        if action == "late":
            await rounds(1)
        elif action.startswith("cancel "):
            tasks[action[7:]].cancel()
        else:
            tasks[action] = asyncio.create_task(passes(barrier, action))
        log.append(bare(barrier))
    await rounds(12)
    print(what, "|", [name for name, task in tasks.items() if not task.done()], bare(barrier), log)
    # As many as are missing.
    while not all(task.done() for task in tasks.values()):
        name = f"x{len(tasks)}-"
        tasks[name] = asyncio.create_task(passes(barrier, name))
        await rounds(12)
    print("  ", [await awaited(task) for task in tasks.values()], bare(barrier))


async def main():
    for what in (
        "a, late, late, cancel a",
        "a, b, late, late, cancel a, late, late, c",
        "a, b, late, late, cancel b, c",
        "a, b, late, late, c, cancel a",
        "a, b, c, late, cancel a",
        "a, b, c, late, late, cancel b",
        "a, b, c, late, d, late, cancel d",
        "a, b, c, late, d, late, cancel a, cancel d",
        "a, b, c, late, d, e, f, late, cancel a, cancel e",
        "a, b, c, d, e, f, late, late, cancel a, late, late, cancel d",
        "a, b, late, cancel a, cancel b",
    ):
        await scene(what)


asyncio.run(main())
