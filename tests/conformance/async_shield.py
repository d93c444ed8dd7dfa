# async_shield: what is shielded goes on when the shield is cancelled; the shield ends as the inner one does.
# needs: 3.11
# From: row A5, and the documentation of shield().
import asyncio

from show import awaited, said

log = []


async def child(rounds, error=None):
    try:
        for _ in range(rounds):
            await asyncio.sleep(0)
    except asyncio.CancelledError as e:
        log.append(f"cancelled: {e}")
        raise
    log.append("through")
    if error is not None:
        raise error
    return rounds


async def main():
    loop = asyncio.get_running_loop()
    print(await awaited(asyncio.shield(child(2))))
    print(await awaited(asyncio.shield(child(1, ValueError("x")))))

    # Done already: the same one.
    task = asyncio.create_task(child(0))
    await task
    print("done:", asyncio.shield(task) is task)

    # The shield is cancelled.
    log.clear()
    inner = asyncio.create_task(child(4))
    outer = asyncio.shield(inner)
    await asyncio.sleep(0)
    print(outer.cancel("go"), outer.cancelled(), await awaited(outer), inner.cancelling(), log)
    print(await awaited(inner), log)

    # The task that awaits it is cancelled.
    log.clear()

    async def waits(task):
        return await asyncio.shield(task)

    inner = asyncio.create_task(child(4))
    waiting = asyncio.create_task(waits(inner))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    waiting.cancel()
    print(await awaited(waiting), log, await awaited(inner), log)

    # The inner one is cancelled.
    log.clear()
    inner = asyncio.create_task(child(1000000))
    outer = asyncio.shield(inner)
    await asyncio.sleep(0)
    inner.cancel("inside")
    print(await awaited(outer), outer.cancelled(), log)

    # A future, and how late the shield hears of it.
    future = loop.create_future()
    outer = asyncio.shield(future)
    future.set_result("soon")
    rounds = 0
    while not outer.done():
        await asyncio.sleep(0)
        rounds += 1
    print(rounds, outer.result())

    # Both are cancelled at the same time.
    future = loop.create_future()
    outer = asyncio.shield(future)
    outer.cancel()
    future.cancel()
    print(await awaited(outer), future.cancelled())

    # Two shields of one.
    future = loop.create_future()
    shields = [asyncio.shield(future), asyncio.shield(future)]
    shields[0].cancel()
    future.set_exception(ValueError("for the second"))
    print([await awaited(each) for each in shields], said(future.exception()))


asyncio.run(main())
