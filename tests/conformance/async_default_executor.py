# async_default_executor: it is made when first needed, can be replaced, and takes nothing after its shutdown.
# needs: 3.11
# From: row A7's neighbourhood, bpo-34037 (run() did not wait for the executor's threads) and the documentation of
# shutdown_default_executor().
import asyncio
import concurrent.futures as futures
import threading

from show import awaited, outcome

log = []


def work(number):
    log.append(str(number))
    return number


async def main():
    loop = asyncio.get_running_loop()
    executor = futures.ThreadPoolExecutor(1, thread_name_prefix="mine")
    loop.set_default_executor(executor)
    print((await loop.run_in_executor(None, lambda: threading.current_thread().name)).partition("_")[0])
    print((await asyncio.to_thread(lambda: threading.current_thread().name)).partition("_")[0])

    # Its shutdown waits for what is queued.
    jobs = [loop.run_in_executor(None, work, n) for n in range(5)]
    await loop.shutdown_default_executor()
    print(log, await asyncio.gather(*jobs))
    print(await awaited(loop.shutdown_default_executor()))

    print(outcome(lambda: loop.run_in_executor(None, work, 6)))
    print(await awaited(asyncio.to_thread(work, 7)))
    print("the pool itself:", outcome(lambda: executor.submit(work, 8)))
    with futures.ThreadPoolExecutor(1) as another:
        print("another one:", await loop.run_in_executor(another, work, 9))


asyncio.run(main())


# The end of run() waits for what runs in threads.
async def leaves():
    loop = asyncio.get_running_loop()
    begun = loop.create_future()
    go = threading.Event()

    def job():
        loop.call_soon_threadsafe(begun.set_result, None)
        go.wait()
        log.append("the last")

    loop.run_in_executor(None, job)
    await begun
    loop.call_later(0.01, go.set)


log.clear()
asyncio.run(leaves())
print("after run():", log)

# A loop that is closed.
loop = asyncio.new_event_loop()
print(loop.run_until_complete(loop.run_in_executor(None, work, 1)))
loop.close()
print(outcome(lambda: loop.run_in_executor(None, work, 2)))
print(log)
