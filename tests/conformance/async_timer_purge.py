# async_timer_purge: of many timers most are cancelled; the rest runs in its order, however the heap is cleaned up.
# needs: 3.11
# From: row A15. CPython rebuilds its heap when more than a hundred timers and more than half of all are cancelled.
import asyncio

log = []


async def main():
    loop = asyncio.get_running_loop()
    for count, keep in ((10, 2), (250, 2), (600, 3), (2000, 7), (1000, 1000), (500, 1)):
        log.clear()
        base = loop.time() - 5000
        future = loop.time() + 5000
        handles = []
        late = []
        for number in range(count):
            place = (number * 7919) % count  # In no order.
            handles.append((place, loop.call_at(base + place, log.append, place)))
            late.append(loop.call_at(future + place, log.append, -1))
        for place, handle in handles:
            if place % keep != 0:
                handle.cancel()
        for handle in late:
            handle.cancel()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        print(count, keep, len(log), log == [place for place in range(count) if place % keep == 0])


asyncio.run(main())
