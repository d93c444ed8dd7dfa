# async_run_in_executor: results, exceptions, what is cancelled in the queue and what is cancelled while it runs.
# needs: 3.11
# From: row A23, and the documentation of run_in_executor().
import asyncio
import concurrent.futures as futures
import threading

from show import awaited

log = []


def work(number):
    log.append(f"work {number}")
    if number < 0:
        raise ValueError(f"number {number}")
    return number * 10


async def main():
    loop = asyncio.get_running_loop()
    with futures.ThreadPoolExecutor(1) as executor:
        print(await loop.run_in_executor(executor, work, 1))
        print(await awaited(loop.run_in_executor(executor, work, -1)))
        print(await loop.run_in_executor(None, work, 2), log)
        print(await asyncio.gather(*[loop.run_in_executor(executor, work, n) for n in range(4)]))

        # One runs, two wait in the queue.
        log.clear()
        go = threading.Event()
        begun = loop.create_future()

        def slow():
            loop.call_soon_threadsafe(begun.set_result, None)
            go.wait()
            log.append("slow is through")
            return "slow"

        running = loop.run_in_executor(executor, slow)
        queued = [loop.run_in_executor(executor, work, n) for n in (7, 8)]
        await begun
        print("queued:", queued[0].cancel(), queued[0].cancelled())
        print("running:", running.cancel(), running.cancelled(), await awaited(running))
        await asyncio.sleep(0)
        go.set()
        print(await awaited(queued[0]), await awaited(queued[1]), log)
        print("still:", running.cancelled(), await awaited(running))

        # Its exceptions are the loop's own, where there are two of the name.
        def raises(error):
            raise error

        try:
            await loop.run_in_executor(executor, raises, futures.CancelledError())
        except BaseException as e:
            print("asyncio's:", isinstance(e, asyncio.CancelledError), isinstance(e, Exception))
        try:
            await loop.run_in_executor(executor, raises, futures.InvalidStateError("x"))
        except BaseException as e:
            print("asyncio's:", isinstance(e, asyncio.InvalidStateError), isinstance(e, futures.InvalidStateError))
        try:
            await loop.run_in_executor(executor, raises, futures.TimeoutError("y"))
        except BaseException as e:
            print("asyncio's:", isinstance(e, asyncio.TimeoutError), e)
    print(await awaited(asyncio.sleep(0, "the pool is shut down")))
    try:
        loop.run_in_executor(executor, work, 5)
    except RuntimeError as e:
        print(e)


asyncio.run(main())
