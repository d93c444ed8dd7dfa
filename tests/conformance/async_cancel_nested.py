# async_cancel_nested: cancelling a task that waits for another one cancels that; what the inner one does decides.
# needs: 3.11
# From: row A1, and the documentation of Task.cancel.
import asyncio

from show import awaited

log = []


async def obeys():
    try:
        await asyncio.sleep(60)
    finally:
        log.append("obeys")


async def returns():
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        log.append("returns")
        return "result"


async def fails():
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        log.append("fails")
        raise ValueError("failed")


async def takes_its_time():
    try:
        await asyncio.sleep(60)
    finally:
        for number in range(3):
            log.append(str(number))
            await asyncio.sleep(0)


async def waits_for(task):
    try:
        return await task
    finally:
        log.append("outer")


async def main():
    for function in (obeys, returns, fails, takes_its_time):
        log.clear()
        inner = asyncio.create_task(function())
        outer = asyncio.create_task(waits_for(inner))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        outer.cancel()
        print(function.__name__, await awaited(outer), outer.cancelled(), outer.cancelling(), inner.cancelled(),
              inner.cancelling(), log)

    # The other way round: the inner one is cancelled by somebody else; the outer one sees that, and was not asked.
    log.clear()
    inner = asyncio.create_task(obeys())
    outer = asyncio.create_task(waits_for(inner))
    await asyncio.sleep(0)
    inner.cancel()
    print(await awaited(outer), outer.cancelled(), outer.cancelling(), log)

    # A future that two tasks wait for: who cancels one of them cancels the future, and with it the other one.
    future = asyncio.get_running_loop().create_future()
    first = asyncio.create_task(waits_for(future))
    second = asyncio.create_task(waits_for(future))
    await asyncio.sleep(0)
    first.cancel("first")
    print(await awaited(second), second.cancelled(), second.cancelling(), first.cancelled(), first.cancelling(),
          future.cancelled())


asyncio.run(main())
