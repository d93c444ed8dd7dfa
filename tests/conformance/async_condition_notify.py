# async_condition_notify: notify() wakes in the order of coming, and each goes on when it has the lock.
# needs: 3.11
# From: the documentation of Condition, and row A4's neighbourhood.
import asyncio

from show import awaited, bare, outcome, rounds

log = []


async def waits(condition, name):
    async with condition:
        log.append(f"{name} waits")
        got = await condition.wait()
        log.append(f"{name} {got} {condition.locked()}")
    return name


async def notified(condition, n):
    await condition.acquire()
    condition.notify(n)
    log.append(f"notified {n} {bare(condition)}")
    # Nobody goes on before the lock is free.
    await rounds(2)
    log.append(bare(condition))
    condition.release()
    await rounds(6)


async def main():
    condition = asyncio.Condition()
    print(outcome(condition.notify), outcome(condition.notify_all), outcome(condition.release))
    print(await awaited(condition.wait()), bare(condition))
    tasks = [asyncio.create_task(waits(condition, name)) for name in ("a", "b", "c", "d", "e")]
    await rounds(3)
    print(bare(condition))
    for n in (1, 0, 2, -1, 7):
        log.clear()
        await notified(condition, n)
        print(log, bare(condition), [task.done() for task in tasks])
    log.clear()
    # Nobody waits: nothing is kept.
    await condition.acquire()
    condition.notify_all()
    condition.release()
    tasks = [asyncio.create_task(waits(condition, name)) for name in ("f", "g", "h")]
    await rounds(6)
    print(bare(condition), [task.done() for task in tasks])
    await condition.acquire()
    condition.notify(1)
    condition.notify(1)
    # One comes while the others have been notified and not run.
    condition.notify_all()
    late = asyncio.create_task(waits(condition, "late"))
    await rounds(2)
    condition.release()
    print([await awaited(task) for task in tasks], late.done(), log)
    await rounds(3)
    async with condition:
        condition.notify()
    print(await awaited(late), bare(condition))


asyncio.run(main())
