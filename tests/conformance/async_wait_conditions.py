# async_wait_conditions: wait() with its three conditions; duplicates, nothing at all, and what is done already.
# needs: 3.11
# From: row F6 in the loop, and the documentation of wait().
import asyncio

from show import awaited

reports = []


async def child(name, rounds, error=None):
    for _ in range(rounds):
        await asyncio.sleep(0)
    if error is not None:
        raise error
    return name


def split(results, tasks):
    done, pending = results
    return [t.get_name() for t in tasks if t in done], [t.get_name() for t in tasks if t in pending]


def start(*errors):
    tasks = [asyncio.create_task(child(f"t{n}", 2 * n, error)) for n, error in enumerate(errors)]
    for n, task in enumerate(tasks):
        task.set_name(f"t{n}")
    return tasks


async def main():
    tasks = start(None, ValueError("x"), None)
    print("first:", split(await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED), tasks))
    print("again:", split(await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED), tasks))
    print("exception:", split(await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION), tasks))
    print("all:", split(await asyncio.wait(tasks), tasks))
    print([await awaited(t) for t in tasks])

    # A cancelled one is no exception.
    tasks = start(None, None, ValueError("y"), None)
    tasks[1].cancel()
    print("exception:", split(await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION), tasks))
    print("rest:", split(await asyncio.wait(tasks[2:], return_when=asyncio.FIRST_EXCEPTION), tasks))
    print([await awaited(t) for t in tasks])

    # No exception comes: all of them.
    tasks = start(None, None)
    print("exception:", split(await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION), tasks))

    # The same one several times.
    tasks = start(None, None)
    done, pending = await asyncio.wait([tasks[0], tasks[1], tasks[0], tasks[1]])
    print("duplicates:", len(done), len(pending))
    done, pending = await asyncio.wait([tasks[0], tasks[0]])
    print("done duplicates:", len(done), len(pending))

    print("nothing:", await awaited(asyncio.wait([])))

    # Futures, and who is told how late.
    future = asyncio.get_running_loop().create_future()
    waiting = asyncio.create_task(asyncio.wait([future]))
    await asyncio.sleep(0)
    future.set_result(1)
    rounds = 0
    while not waiting.done():
        await asyncio.sleep(0)
        rounds += 1
    print("rounds:", rounds)


asyncio.run(main())
