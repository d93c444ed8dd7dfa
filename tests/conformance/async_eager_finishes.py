# async_eager_finishes: an eager task that never waits is done when create_task() returns.
# needs: 3.12
# From: the documentation of eager_task_factory ("... may complete without ever being scheduled").
import asyncio

from show import awaited, said

log = []


async def gives(value):
    return value


async def reaches(future):
    return await future


async def fails():
    raise ValueError("at once")


async def main():
    loop = asyncio.get_running_loop()
    loop.set_task_factory(asyncio.eager_task_factory)
    task = asyncio.create_task(gives(1))
    print(task.done(), task.result(), task.cancelled(), task.exception(), task.cancel(), task.cancelling(),
          len(asyncio.all_tasks()))
    print(await task, await task)

    # Callbacks come in the next round, as always.
    task.add_done_callback(lambda t: log.append(f"callback {t.result()}"))
    log.append("added")
    await asyncio.sleep(0)
    print(log)

    # What it waits for is there already.
    future = loop.create_future()
    future.set_result("there")
    task = asyncio.create_task(reaches(future))
    print(task.done(), task.result())
    # Another eager one that is through.
    print(asyncio.create_task(reaches(asyncio.create_task(gives(2)))).result())

    # It raises: the exception stays in the task.
    task = asyncio.create_task(fails())
    print(task.done(), said(task.exception()), await awaited(task))

    # One that waits is not done, and sleep(0) is a wait.
    sleeps = asyncio.create_task(asyncio.sleep(0, "slept"))
    print(sleeps.done(), await sleeps)

    # wait(), wait_for() and as_completed() take what is done already.
    log.clear()
    tasks = [asyncio.create_task(gives(number)) for number in range(3)]
    done, pending = await asyncio.wait(tasks)
    print(len(done), len(pending), await asyncio.wait_for(asyncio.create_task(gives("in time")), 1))
    print([await it for it in asyncio.as_completed([asyncio.create_task(gives("only"))])])
    print(await asyncio.shield(asyncio.create_task(gives("shielded"))))

    # Many, one after another: nothing is left behind.
    print(sum([asyncio.create_task(gives(number)).result() for number in range(100)]), len(asyncio.all_tasks()))


asyncio.run(main())
