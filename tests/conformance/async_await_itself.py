# async_await_itself: a task that awaits itself gets a RuntimeError; a task awaited by many, before and after its end.
# needs: 3.11
# From: row A21.
import asyncio

from show import awaited

log = []


async def main():
    async def itself():
        try:
            await asyncio.current_task()
        except RuntimeError as e:
            log.append(str(e)[: len("Task cannot await on itself")])
        return "went on"

    task = asyncio.create_task(itself())
    print(await awaited(task), log)

    # The error comes in the next round.
    log.clear()
    task = asyncio.create_task(itself())
    for number in range(3):
        log.append(f"-{number}-")
        await asyncio.sleep(0)
    print(log, task.done())

    # Not caught.
    async def not_caught():
        await asyncio.current_task()

    task = asyncio.create_task(not_caught())
    print((await awaited(task))[: len("RuntimeError: Task cannot await on itself")])

    # Two that wait for each other hang.
    tasks = []

    async def waits(number):
        try:
            await tasks[1 - number]
        finally:
            log.append(f"{number} ends")

    log.clear()
    tasks.append(asyncio.create_task(waits(0)))
    tasks.append(asyncio.create_task(waits(1)))
    for number in range(5):
        await asyncio.sleep(0)
    print([task.done() for task in tasks])

    # One task, awaited by many, again after its end.
    async def fails():
        await asyncio.sleep(0)
        raise ValueError("failed")

    async def returns():
        await asyncio.sleep(0)
        return "result"

    for function in (fails, returns):
        task = asyncio.create_task(function())
        print(await asyncio.gather(*[awaited(task) for number in range(3)]), await awaited(task), await awaited(task))

    # A coroutine is awaited once.
    coroutine = returns()
    print(await awaited(coroutine))
    print(await awaited(coroutine))


loop = asyncio.new_event_loop()
loop.run_until_complete(main())
