# async_cancel_message: the message of cancel() reaches the coroutine, what it waits for, and who awaits the task.
# needs: 3.11
# From: bpo-31033, which gave cancel() a message.
import asyncio

from show import awaited, said

log = []


async def tells(future):
    try:
        await future
    except asyncio.CancelledError as e:
        log.append(said(e))
        raise


async def raises_its_own(future, text):
    try:
        await future
    except asyncio.CancelledError as e:
        log.append(said(e))
    raise asyncio.CancelledError(*text)


async def main():
    loop = asyncio.get_running_loop()

    future = loop.create_future()
    task = asyncio.create_task(tells(future))
    await asyncio.sleep(0)
    task.cancel("why")
    print(await awaited(task), log, await awaited(future))

    # Through a chain of tasks to the innermost, and back.
    log.clear()
    inner = asyncio.create_task(tells(loop.create_future()))
    middle = asyncio.create_task(tells(inner))
    outer = asyncio.create_task(tells(middle))
    await asyncio.sleep(0)
    outer.cancel("chain")
    print(await awaited(outer), log)
    print(inner.cancelling(), middle.cancelling(), outer.cancelling())

    # None and nothing are the same.
    log.clear()
    task = asyncio.create_task(tells(loop.create_future()))
    await asyncio.sleep(0)
    task.cancel()
    print(await awaited(task), log)

    # The coroutine's own CancelledError is the task's.
    for text in (["mine"], []):
        log.clear()
        task = asyncio.create_task(raises_its_own(loop.create_future(), text))
        await asyncio.sleep(0)
        task.cancel("theirs")
        print(text, await awaited(task), log)

    # Thrown at a sleep(0), and at a sleep that has not ended.
    async def sleeps(delay):
        await asyncio.sleep(delay)

    for delay in (0, 60):
        task = asyncio.create_task(sleeps(delay))
        await asyncio.sleep(0)
        task.cancel(f"sleep {delay}")
        print(await awaited(task))

    # A message that was swallowed does not come back.
    async def later():
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError as e:
            log.append(said(e))
        other = loop.create_future()
        other.cancel()
        await other

    log.clear()
    task = asyncio.create_task(later())
    await asyncio.sleep(0)
    task.cancel("swallowed")
    print(await awaited(task), log)


asyncio.run(main())
