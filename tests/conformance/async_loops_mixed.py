# async_loops_mixed: what belongs to another loop is refused: by gather(), run_until_complete(), and an await.
# needs: 3.11
# From: row A20 (a loop used from the wrong place), and the documentation of ensure_future().
import asyncio

from show import outcome

here = asyncio.new_event_loop()
there = asyncio.new_event_loop()


async def waits(future):
    return await future


async def check(what):
    try:
        return await what
    except Exception as e:
        return type(e).__name__


future = there.create_future()
there.call_soon(future.set_result, "there")
print(there.run_until_complete(future))

foreign = there.create_future()
print(here.run_until_complete(check(foreign)))
print("done:", foreign.done())


async def gathers():
    own = asyncio.get_running_loop().create_future()
    own.set_result(1)
    return outcome(lambda: asyncio.gather(own, foreign))


print(here.run_until_complete(gathers()))
print(here.run_until_complete(check(waits(foreign))))
print(outcome(lambda: here.run_until_complete(foreign)))

# What is done already may come from anywhere.
print(here.run_until_complete(waits(future)))
print(foreign.get_loop() is there, foreign.get_loop() is here, foreign.cancel())
here.close()
there.close()
