# async_runner_current_loop: what get_event_loop() gives between the runs of a Runner, and after them.
# needs: 3.12
# From: the documentation of get_event_loop() and Runner; the main thread would be given a new loop if nobody had
# ever set one.
import asyncio

from show import in_thread, outcome

runner = asyncio.Runner()
loop = runner.get_loop()
print("between:", outcome(asyncio.get_event_loop) is loop, outcome(asyncio.get_running_loop))
runner.close()
print("after:", outcome(asyncio.get_event_loop))

other = asyncio.new_event_loop()
asyncio.set_event_loop(other)
print("set:", asyncio.get_event_loop() is other)


async def inside():
    return asyncio.get_event_loop() is asyncio.get_running_loop(), asyncio.get_event_loop() is other


print("inside:", asyncio.run(inside()))
print("after run():", outcome(asyncio.get_event_loop))
print("in a thread:", str(in_thread(asyncio.get_event_loop)).partition(" in thread ")[0])
other.close()
