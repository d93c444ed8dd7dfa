# async_threadsafe_order: call_soon_threadsafe in the loop's own thread is call_soon; from another thread, in its order.
# needs: 3.11
# From: row A31, and row A8 without its race.
import asyncio
import threading

log = []


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon_threadsafe(log.append, "a")
    loop.call_soon(log.append, "b")
    loop.call_soon_threadsafe(log.append, "c")
    asyncio.create_task(tell("task"))
    loop.call_soon_threadsafe(log.append, "d")
    handle = loop.call_soon_threadsafe(log.append, "cancelled")
    handle.cancel()
    await asyncio.sleep(0)
    print(log)

    log.clear()
    done = loop.create_future()

    def other():
        for number in range(5):
            loop.call_soon_threadsafe(log.append, number)
        loop.call_soon_threadsafe(done.set_result, "done")

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    # They came before this one.
    loop.call_soon(log.append, 99)
    print(await done)
    print(sorted(log), [number for number in log if number < 99])


async def tell(text):
    log.append(text)


asyncio.run(main())
