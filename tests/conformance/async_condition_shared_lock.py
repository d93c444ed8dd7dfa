# async_condition_shared_lock: two conditions over one lock.
# needs: 3.11
# From: the documentation of Condition, and bpo-45416 (a lock of one's own was refused).
import asyncio

from show import awaited, bare, outcome, rounds

log = []


async def plays(mine, other, name, count):
    async with mine:
        for i in range(count):
            await mine.wait()
            log.append(f"{name}{i}")
            other.notify()


async def main():
    lock = asyncio.Lock()
    ping, pong = asyncio.Condition(lock), asyncio.Condition(lock)
    print(bare(ping), bare(pong), bare(lock))
    tasks = [asyncio.create_task(plays(ping, pong, "ping", 3)), asyncio.create_task(plays(pong, ping, "pong", 3))]
    await rounds(3)
    print(bare(ping), bare(pong), bare(lock))
    await lock.acquire()
    print(ping.locked(), pong.locked())
    ping.notify()
    pong.release()
    print(outcome(ping.notify), outcome(pong.notify_all))
    for task in tasks:
        print(await awaited(task))
    print(log, bare(ping), bare(pong), bare(lock))


asyncio.run(main())
