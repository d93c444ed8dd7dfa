# async_debug_mode: how a loop comes into debug mode, and the limit for slow callbacks.
# needs: 3.11
# From: the documentation of debug mode, loop.set_debug() and slow_callback_duration.
import asyncio


async def mode():
    return asyncio.get_running_loop().get_debug()


async def switches():
    loop = asyncio.get_running_loop()
    said = [int(loop.get_debug())]
    loop.set_debug(True)
    said.append(int(loop.get_debug()))
    await asyncio.sleep(0)
    said.append(int(loop.get_debug()))
    loop.set_debug(False)
    said.append(int(loop.get_debug()))
    return said


print(asyncio.run(mode()), asyncio.run(mode(), debug=True), asyncio.run(mode(), debug=False))
print(asyncio.run(switches()), asyncio.run(switches(), debug=True))

loop = asyncio.new_event_loop()
print(loop.get_debug(), loop.slow_callback_duration)
loop.set_debug(True)
print(loop.get_debug(), loop.run_until_complete(mode()), loop.get_debug())
loop.slow_callback_duration = 0.5
print(loop.slow_callback_duration)
loop.close()
print(loop.get_debug(), loop.slow_callback_duration)

with asyncio.Runner(debug=True) as runner:
    print(runner.get_loop().get_debug(), runner.run(mode()))
    runner.get_loop().set_debug(False)
    print(runner.run(mode()))
with asyncio.Runner() as runner:
    print(runner.get_loop().get_debug(), runner.run(mode()))


# A loop_factory's loop, and what run() makes of it.
def make():
    loop = asyncio.new_event_loop()
    loop.set_debug(True)
    return loop


for debug in (None, True, False):
    with asyncio.Runner(debug=debug, loop_factory=make) as runner:
        print(debug, runner.run(mode()))
