# async_cancel_points: a task is cancelled in each of its rounds, wherever it waits; clean-up runs, once, inside out.
# needs: 3.11
# From: row A1.
import asyncio

log = []


class Guard:
    def __init__(self, name):
        self.name = name
        log.append(f"+{name}")

    def __enter__(self):
        return self

    def __exit__(self, *error):
        log.append(f"-{self.name}")


async def inner(future):
    with Guard("inner"):
        await asyncio.sleep(0)
        with Guard("deep"):
            await future
        await asyncio.sleep(0)


async def middle(future):
    with Guard("middle"):
        await inner(future)
        log.append("middle goes on")


async def outer(future):
    with Guard("outer"):
        await asyncio.sleep(0)
        await middle(future)
        await asyncio.sleep(0)
        log.append("end")
        return "result"


async def main():
    loop = asyncio.get_running_loop()
    for step in range(8):
        log.clear()
        future = loop.create_future()
        task = asyncio.create_task(outer(future))
        for number in range(step):
            if number == 4:
                future.set_result(None)
            await asyncio.sleep(0)
        accepted = task.cancel()
        try:
            ended = await task
        except asyncio.CancelledError:
            ended = "CancelledError"
        print(step, accepted, ended, task.cancelled(), task.cancelling(), future.cancelled(), log)


asyncio.run(main())
