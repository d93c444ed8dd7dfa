# async_barrier_rounds: the numbers that it gives, several rounds, and who comes while the others leave.
# needs: 3.11
# From: the documentation of Barrier, and row A4 in its neighbourhood.
import asyncio

from show import awaited, bare, outcome, rounds

log = []


async def passes(barrier, name, times):
    for i in range(times):
        number = await barrier.wait()
        log.append(f"{name}{i}:{number} {bare(barrier)}")
    return name


async def with_block(barrier):
    async with barrier as number:
        return f"{number} {bare(barrier)}"


async def main():
    for parties in (-1, 0):
        print(outcome(lambda: bare(asyncio.Barrier(parties))))
    barrier = asyncio.Barrier(3)
    print(bare(barrier), barrier.parties, barrier.n_waiting, barrier.broken)
    tasks = [asyncio.create_task(passes(barrier, name, 1)) for name in ("a", "b")]
    await rounds(2)
    print(bare(barrier), barrier.n_waiting)
    # The last one does not wait.
    print(await barrier.wait(), bare(barrier), barrier.n_waiting, log)
    # Comes while the others leave: it waits for the end of the round, and then with the next ones.
    late = [asyncio.create_task(passes(barrier, name, 1)) for name in ("c", "d", "e")]
    await rounds(1)
    print(bare(barrier), barrier.n_waiting, log)
    for _ in range(8):
        await rounds(1)
        log.append(bare(barrier))
    print(log, [task.done() for task in tasks + late])

    log.clear()
    barrier = asyncio.Barrier(2)
    tasks = [asyncio.create_task(passes(barrier, name, 3)) for name in ("a", "b")]
    for task in tasks:
        await task
    print(log)

    # More than one round's worth at once.
    log.clear()
    tasks = [asyncio.create_task(passes(barrier, str(i) + "-", 1)) for i in range(6)]
    for task in tasks:
        await task
    print(log, bare(barrier))

    barrier = asyncio.Barrier(1)
    print([await barrier.wait() for _ in range(3)], bare(barrier))
    print(await awaited(with_block(barrier)), bare(barrier))
    barrier = asyncio.Barrier(2)
    tasks = [asyncio.create_task(with_block(barrier)) for _ in range(2)]
    print([await task for task in tasks])


asyncio.run(main())
