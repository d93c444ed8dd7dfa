# async_timeout_states: when(), expired() and reschedule() of a Timeout before, in and after its block; entered twice.
# needs: 3.12
# From: the documentation of asyncio.timeout, and row A13 for None and infinite times.
import asyncio

from show import awaited


def state(limit):
    try:
        limit.reschedule(None)
        return "active"
    except RuntimeError as e:
        return str(e)


async def forever():
    await asyncio.get_running_loop().create_future()


async def main():
    loop = asyncio.get_running_loop()
    now = loop.time()

    # Left in time.
    limit = asyncio.timeout_at(now + 1000)
    print(limit.when() == now + 1000, limit.expired(), state(limit))
    async with limit as entered:
        print(entered is limit, limit.expired())
        print(state(limit), limit.when())
        limit.reschedule(now + 2000.5)
        print(limit.when() == now + 2000.5, limit.expired())
    print(limit.when() == now + 2000.5, limit.expired(), state(limit))

    # Entered again.
    async def again(limit):
        async with limit:
            print("not here")

    print(await awaited(again(limit)))

    # Run out.
    limit = asyncio.timeout_at(now - 1)

    async def runs_out():
        async with limit:
            try:
                await forever()
            finally:
                print(limit.expired(), state(limit))

    print(await awaited(runs_out()), limit.expired(), limit.when() == now - 1, state(limit))
    print(await awaited(again(limit)))
    print(asyncio.current_task().cancelling())

    # No limit.
    for limit in (asyncio.timeout(None), asyncio.timeout_at(None)):
        async with limit:
            await asyncio.sleep(0)
        print(limit.when(), limit.expired())

    # Not entered: nothing happens, also when its time comes.
    unused = asyncio.timeout_at(now - 1)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    print(unused.expired(), state(unused))

    # Only in a task.
    seen = []

    def callback():
        coroutine = asyncio.timeout(1).__aenter__()
        try:
            coroutine.send(None)
        except RuntimeError as e:
            seen.append(str(e))

    loop.call_soon(callback)
    await asyncio.sleep(0)
    print(seen)


asyncio.run(main())
try:
    asyncio.timeout(None)
except RuntimeError as e:
    print(e)
try:
    asyncio.timeout(1)
except RuntimeError as e:
    print(e)
