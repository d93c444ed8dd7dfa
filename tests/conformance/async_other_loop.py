# async_other_loop: a future of another loop cannot be awaited; the error names the cause.
# needs: 3.11
# From: row A20 (a loop used from the wrong place), and the error text of CPython that many reports quote.
import asyncio

from show import awaited

other = asyncio.new_event_loop()


async def waits(future):
    return await future


async def main():
    future = other.create_future()
    text = await awaited(asyncio.create_task(waits(future)))
    print(text.split()[0], "attached to a different loop" in text)

    # One that is finished is no matter.
    future.set_result("finished")
    print(await awaited(asyncio.create_task(waits(future))))
    print(future.get_loop() is other, future.get_loop() is asyncio.get_running_loop())


asyncio.run(main())
other.close()
