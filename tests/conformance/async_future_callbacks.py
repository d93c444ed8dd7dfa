# async_future_callbacks: done callbacks run later, in the order of their adding; adding late, removing, adding twice.
# needs: 3.11
# From: the documentation of Future.add_done_callback and remove_done_callback.
import asyncio

log = []


class Note:
    """Equal to others of the same name."""

    def __init__(self, name):
        self.name = name

    def __eq__(self, other):
        return self.name == other.name

    def __call__(self, future):
        log.append(f"{self.name} {future.done()}")


async def main():
    loop = asyncio.get_running_loop()
    f = loop.create_future()
    for name in ("a", "b", "a", "c"):
        f.add_done_callback(Note(name))
    print(f.remove_done_callback(Note("x")), f.remove_done_callback(Note("b")))
    f.set_result(1)
    log.append("set")
    loop.call_soon(log.append, "soon")
    # Too late: they are on their way.
    print(f.remove_done_callback(Note("a")))
    f.add_done_callback(Note("late"))
    await asyncio.sleep(0)
    print(log)

    # All of them, the first one among them; equal ones go together.
    log.clear()
    g = loop.create_future()
    for name in ("a", "a", "b", "a"):
        g.add_done_callback(Note(name))
    print(g.remove_done_callback(Note("a")), g.remove_done_callback(Note("a")))
    g.cancel()
    await asyncio.sleep(0)
    print(log)

    # A callback that adds another one: that comes a round later. One that removes the others comes too late.
    log.clear()
    h = loop.create_future()

    def adds(future):
        log.append("adds")
        future.add_done_callback(Note("added"))
        log.append(str(future.remove_done_callback(Note("other"))))

    h.add_done_callback(adds)
    h.add_done_callback(Note("other"))
    h.set_exception(ValueError("x"))
    h.exception()
    for number in range(3):
        log.append(f"-{number}-")
        await asyncio.sleep(0)
    print(log)

    # Tasks that wait stand in the same line as callbacks.
    log.clear()
    k = loop.create_future()

    async def waiter(name):
        log.append(f"{name} {await k}")

    first = asyncio.create_task(waiter("first"))
    await asyncio.sleep(0)
    k.add_done_callback(Note("callback"))
    second = asyncio.create_task(waiter("second"))
    await asyncio.sleep(0)
    k.set_result("result")
    k.add_done_callback(Note("at last"))
    await asyncio.gather(first, second)
    print(log)


asyncio.run(main())
