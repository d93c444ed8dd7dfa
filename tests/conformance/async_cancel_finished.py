# async_cancel_finished: cancel() of what has ended is False and changes nothing, neither the count nor the outcome.
# needs: 3.11
# From: the documentation of Task.cancel and Task.cancelling.
import asyncio

from show import awaited, said


async def returns():
    return "result"


async def fails():
    raise ValueError("failed")


async def sleeps():
    await asyncio.sleep(60)


def late(task):
    return [task.cancel("late"), task.cancelling(), task.uncancel(), task.cancelled(), task.done()]


async def main():
    for function in (returns, fails):
        task = asyncio.create_task(function())
        await asyncio.sleep(0)
        print(late(task), late(task), await awaited(task))
        print(said(task.exception()))

    task = asyncio.create_task(sleeps())
    await asyncio.sleep(0)
    print(task.cancel("first"), task.done())
    await asyncio.sleep(0)
    print(late(task), late(task), await awaited(task))

    # In the round between its last step and the news of it.
    task = asyncio.create_task(returns())
    waiter = asyncio.create_task(awaited(task))
    seen = []
    task.add_done_callback(lambda t: seen.append(t.cancel()))
    await asyncio.sleep(0)
    print(task.done(), waiter.done(), task.cancel())
    print(await waiter, seen, task.cancelled())


asyncio.run(main())
