# async_future_repr: repr() of futures in all states.
# needs: 3.11
# From: the documentation's examples of asyncio.Future.
import asyncio


async def main():
    loop = asyncio.get_running_loop()
    pending = loop.create_future()
    print(repr(pending))
    for result in (1, -2, "text", None, True, 2.5):
        f = loop.create_future()
        f.set_result(result)
        print(repr(f))
    for error in (ValueError("bad"), RuntimeError(), TimeoutError()):
        f = loop.create_future()
        f.set_exception(error)
        print(repr(f))
        f.exception()
    pending.cancel("message")
    print(repr(pending))


asyncio.run(main())
