# async_event_states: set() frees all who wait, also if clear() follows in the same step.
# needs: 3.11
# From: the documentation of Event, and row A4's neighbourhood.
import asyncio

from show import awaited, bare, rounds

log = []


async def waits(event, name):
    got = await event.wait()
    log.append(f"{name} {got} {event.is_set()}")
    return name


async def main():
    event = asyncio.Event()
    print(bare(event), event.is_set())
    event.clear()
    print(bare(event))
    tasks = [asyncio.create_task(waits(event, name)) for name in ("a", "b", "c")]
    await rounds(1)
    print(bare(event))
    event.set()
    print(bare(event))
    event.clear()
    # Comes after the set() that was taken back.
    late = asyncio.create_task(waits(event, "late"))
    await rounds(1)
    print(bare(event), [task.done() for task in tasks])
    await rounds(1)
    print(log, bare(event), late.done())
    event.set()
    event.set()
    print(await awaited(late), await event.wait(), bare(event))
    # Set already: no round passes.
    task = asyncio.create_task(rounds(1))
    for _ in range(5):
        await event.wait()
    print(task.done())
    await task

    event.clear()
    for order in ("set, cancel", "cancel, set", "cancel, late, set", "set, late, cancel"):
        log.clear()
        a, b = (asyncio.create_task(waits(event, name)) for name in ("a", "b"))
        await rounds(1)
        for action in order.split(", "):
            if action == "set":
                event.set()
            elif action == "cancel":
                a.cancel("enough")
            else:
                await rounds(1)
        print(order, "|", bare(event), await awaited(a), await awaited(b), bare(event), log)
        event.clear()


asyncio.run(main())
