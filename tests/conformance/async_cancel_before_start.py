# async_cancel_before_start: a task that is cancelled before its first step never begins; its callbacks hear of it.
# needs: 3.11
# From: row A1, and the documentation of Task.cancel.
import asyncio

from show import awaited

log = []


async def work(name):
    log.append(f"{name} begins")
    return name


async def main():
    task = asyncio.create_task(work("a"))
    task.add_done_callback(lambda t: log.append(f"callback {t.cancelled()}"))
    print(task.cancel("never"), task.done(), task.cancelled(), task.cancelling())
    await asyncio.sleep(0)
    print(task.done(), task.cancelled(), log)
    await asyncio.sleep(0)
    print(log, await awaited(task))

    # Cancelled twice.
    log.clear()
    task = asyncio.create_task(work("b"))
    print(task.cancel(), task.cancel(), task.cancelling())
    print(await awaited(task), log)

    # One of several, made in one round.
    log.clear()
    tasks = [asyncio.create_task(work(str(number))) for number in range(5)]
    tasks[1].cancel()
    tasks[3].cancel("three")
    print([await awaited(each) for each in tasks], log)


asyncio.run(main())
