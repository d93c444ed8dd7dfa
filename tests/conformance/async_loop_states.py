# async_loop_states: what a loop refuses when it runs, when another one runs, and when it is closed.
# needs: 3.11
# From: row A20, and the documentation of loop.close.
import asyncio

from show import outcome

loop = asyncio.new_event_loop()
other = asyncio.new_event_loop()


ran = []


async def nothing():
    ran.append("ran")
    return "nothing"


def refused(call, *args):
    """The outcome of a call with a coroutine, which is closed if nobody has taken it."""
    coroutine = nothing()
    try:
        return outcome(lambda: call(coroutine, *args))
    finally:
        coroutine.close()


async def main():
    # Not run_forever: some versions of 3.13 forget then that a loop runs.
    print("again:", refused(loop.run_until_complete))
    print("another:", refused(other.run_until_complete))
    print("run:", refused(asyncio.run))
    print("close:", outcome(loop.close))
    print("running:", loop.is_running(), other.is_running(), asyncio.get_running_loop() is loop)
    # What was refused does not run later, either.
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    print("ran:", ran)
    return "main"


print("outside:", outcome(asyncio.get_running_loop), outcome(asyncio.current_task))
print(outcome(lambda: loop.run_until_complete(main())))
print("outside:", outcome(asyncio.get_running_loop), loop.is_running(), loop.is_closed())
print("create_task:", refused(asyncio.create_task))
print("future:", outcome(lambda: loop.create_future().result()))
pending = loop.create_future()
loop.close()
loop.close()
print("closed:", loop.is_closed(), loop.is_running())
print("run_forever:", outcome(loop.run_forever))
print("run_until_complete:", refused(loop.run_until_complete))
print("call_soon:", outcome(lambda: loop.call_soon(print)))
print("call_later:", outcome(lambda: loop.call_later(1, print)))
print("call_at:", outcome(lambda: loop.call_at(1, print)))
print("call_soon_threadsafe:", outcome(lambda: loop.call_soon_threadsafe(print)))
print("add_reader:", outcome(lambda: loop.add_reader(0, print)))
print("set_result:", outcome(lambda: pending.set_result(1)), pending.result())
late = loop.create_future()
late.add_done_callback(print)
print("with a callback:", outcome(lambda: late.set_result(1)))
other.close()
