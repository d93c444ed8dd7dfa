# async_call_soon_order: callbacks run in the order of their coming, each round's batch before what comes meanwhile.
# needs: 3.11
# From: row A26, and the documentation of call_soon ("Callbacks are called in the order in which they are registered").
import asyncio

log = []


def note(text):
    log.append(text)


async def rounds(count):
    for number in range(count):
        log.append(f"-{number}-")
        await asyncio.sleep(0)


async def main():
    loop = asyncio.get_running_loop()

    def nest(name, depth):
        log.append(f"{name}{depth}")
        if depth < 3:
            loop.call_soon(nest, name, depth + 1)

    loop.call_soon(nest, "a", 0)
    loop.call_soon(nest, "b", 0)
    loop.call_soon(note, "once")
    await rounds(5)
    print(log)

    # A handle that is cancelled by a callback of the same batch is not called any more.
    log.clear()
    handles = []

    def cancel_next():
        log.append("cancels")
        handles[1].cancel()

    handles.append(loop.call_soon(cancel_next))
    handles.append(loop.call_soon(note, "cancelled"))
    handles.append(loop.call_soon(note, "called"))
    await rounds(2)
    print(log, [handle.cancelled() for handle in handles])

    # To cancel one that has run, or one twice, is no error.
    handles[2].cancel()
    handles[1].cancel()
    print([handle.cancelled() for handle in handles])

    # A task that waits for a future goes on one round after its end, behind what was queued before.
    log.clear()
    future = loop.create_future()

    async def waiter(name):
        log.append(f"{name} {await future}")

    tasks = [asyncio.create_task(waiter(name)) for name in ("w1", "w2")]
    await rounds(1)
    loop.call_soon(note, "before")
    loop.call_soon(future.set_result, 1)
    loop.call_soon(note, "after")
    loop.call_soon(loop.call_soon, note, "nested")
    await rounds(3)
    print(log, [task.done() for task in tasks])


asyncio.run(main())
