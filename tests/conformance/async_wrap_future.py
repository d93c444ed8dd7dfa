# async_wrap_future: a thread's future in the loop: results, errors, and cancelling from either side.
# needs: 3.11
# From: the documentation of wrap_future(), and python/cpython#77650 (the other end of a wrapped future when the
# loop is gone).
import asyncio
import concurrent.futures as futures
import threading

from show import awaited, outcome

log = []


async def main():
    loop = asyncio.get_running_loop()
    source = futures.Future()
    wrapped = asyncio.wrap_future(source)
    print(wrapped.done(), asyncio.isfuture(wrapped), asyncio.isfuture(source))
    source.set_result("set here")
    print("told later:", wrapped.done(), await wrapped)

    source = futures.Future()
    wrapped = asyncio.wrap_future(source)
    threading.Thread(target=source.set_result, args=("set there",)).start()
    print(await wrapped)

    source = futures.Future()
    wrapped = asyncio.wrap_future(source)
    threading.Thread(target=source.set_exception, args=(ValueError("x"),)).start()
    print(await awaited(wrapped), outcome(source.result))

    # Done before.
    print(await asyncio.wrap_future(source_of(1)))

    # Cancelled over there.
    source = futures.Future()
    wrapped = asyncio.wrap_future(source)
    source.cancel()
    print(await awaited(wrapped), wrapped.cancelled())

    # Cancelled here; the word is passed on a round later.
    source = futures.Future()
    wrapped = asyncio.wrap_future(source)
    print(wrapped.cancel(), source.cancelled())
    await asyncio.sleep(0)
    print(source.cancelled())

    # A running one cannot be cancelled, and its result is lost.
    source = futures.Future()
    source.set_running_or_notify_cancel()
    wrapped = asyncio.wrap_future(source)
    print(wrapped.cancel(), await awaited(wrapped), source.cancelled(), source.running())
    source.set_result("unheard")
    await asyncio.sleep(0)
    print(await awaited(wrapped), source.result())

    # Two of one.
    source = futures.Future()
    both = [asyncio.wrap_future(source), asyncio.wrap_future(source, loop=loop)]
    source.set_result("both")
    print(await asyncio.gather(*both))

    # What is the loop's already is not wrapped.
    future = loop.create_future()
    print(asyncio.wrap_future(future) is future)
    return asyncio.wrap_future(late)


def source_of(value):
    source = futures.Future()
    source.set_result(value)
    return source


late = futures.Future()
wrapped = asyncio.run(main())
# The loop is closed: nobody hears of it, nobody fails.
late.set_result("too late")
print(wrapped.done(), late.result())
