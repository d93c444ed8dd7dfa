# async_callback_raises: what callbacks raise goes to the exception handler, and the loop goes on.
# needs: 3.11
# From: row A6, and the documentation of call_exception_handler.
import asyncio

from show import said

log = []


def handler(loop, context):
    log.append(f"{' '.join(context['message'].split()[:3])}: {said(context['exception'])}")


def bad(text, *ignored):
    log.append(text)
    raise ValueError(text)


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(handler)
    print(loop.get_exception_handler() is handler)
    loop.call_soon(bad, "soon")
    loop.call_soon(log.append, "next")
    loop.call_later(0, bad, "later")
    loop.call_soon_threadsafe(bad, "threadsafe")
    future = loop.create_future()
    future.add_done_callback(lambda f: bad("done 1"))
    future.add_done_callback(lambda f: log.append("done 2"))
    future.add_done_callback(lambda f: bad("done 3"))
    future.set_result(None)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    for line in log:
        print(line)

    # A cancellation, too: it cancels nothing.
    log.clear()

    def cancels():
        raise asyncio.CancelledError("stray")

    loop.call_soon(cancels)
    await asyncio.sleep(0)
    print(log)

    # A handler that raises: the loop goes on.
    log.clear()

    def bad_handler(loop, context):
        log.append("handler")
        raise RuntimeError("handler")

    loop.set_exception_handler(bad_handler)
    loop.default_exception_handler = lambda context: log.append("default")
    loop.call_soon(bad, "x")
    await asyncio.sleep(0)
    log.remove("default")
    print(log)

    # Called by hand, it gets what it is given.
    log.clear()
    loop.set_exception_handler(handler)
    loop.call_exception_handler({"message": "by hand", "exception": ValueError("k")})
    loop.call_exception_handler({"message": "", "exception": None})
    print(log)
    loop.set_exception_handler(None)
    print(loop.get_exception_handler())


asyncio.run(main())
