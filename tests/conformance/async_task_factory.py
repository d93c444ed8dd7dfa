# async_task_factory: a factory of one's own makes all tasks of the loop.
# needs: 3.11
# From: the documentation of loop.set_task_factory(), and bpo-34270 (names, which factories did not know of).
import asyncio

from show import awaited, outcome

log = []


def factory(loop, coro, **options):
    log.append(f"makes one of {coro.__name__}")
    return asyncio.Task(coro, loop=loop, **options)


def refuses(loop, coro, **options):
    coro.close()
    raise ValueError("no more tasks")


async def work(value):
    return value


async def main():
    loop = asyncio.get_running_loop()
    print(loop.get_task_factory())
    loop.set_task_factory(factory)
    print(loop.get_task_factory() is not None)
    task = asyncio.create_task(work(1), name="mine")
    print(await task, task.get_name(), await loop.create_task(work(2)), log)

    log.clear()
    print(await asyncio.gather(work(1), work(2)), await asyncio.wait_for(work(3), 1),
          await asyncio.ensure_future(work(4)), await asyncio.shield(work(5)), log)

    # Not for what is a task already, nor for what is awaited.
    log.clear()
    print(await work(1), await asyncio.ensure_future(task), log)

    log.clear()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(work(6), name="in a group")
    print(task.result(), task.get_name(), log)

    # It raises.
    loop.set_task_factory(refuses)
    print(outcome(lambda: asyncio.create_task(work(7))), len(asyncio.all_tasks()))

    # It hands over to another one.
    log.clear()
    loop.set_task_factory(lambda loop, coro, **options: factory(loop, coro, **options))
    print(await asyncio.create_task(work(8)), log)

    loop.set_task_factory(None)
    log.clear()
    print(loop.get_task_factory(), await asyncio.create_task(work(9)), log)


asyncio.run(main())

# Before the loop runs, and through run_until_complete().
loop = asyncio.new_event_loop()
loop.set_task_factory(factory)
log.clear()
print(loop.run_until_complete(work(10)), log)
loop.close()
