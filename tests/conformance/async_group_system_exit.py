# async_group_system_exit: a task ends with SystemExit or KeyboardInterrupt: the run ends with it, and then the group.
# needs: 3.13
# From: python/cpython#101515 and #102572: first the loop's run ends, and the group's turn comes with the next one.
import asyncio

from show_groups import log, said, spoils, waits


async def leaves(error):
    await asyncio.sleep(0)
    raise error()


async def in_the_body(error):
    async with asyncio.TaskGroup() as group:
        group.create_task(waits("task"))
        group.create_task(leaves(error))
        try:
            await asyncio.sleep(60)
        finally:
            log.append("body is cancelled")


async def at_the_end(error):
    async with asyncio.TaskGroup() as group:
        group.create_task(waits("task", 2))
        group.create_task(leaves(error))


async def beside_a_failure(error):
    async with asyncio.TaskGroup() as group:
        group.create_task(spoils(0, "task"))
        group.create_task(leaves(error))


async def both(error):
    async with asyncio.TaskGroup() as group:
        group.create_task(leaves(error))
        group.create_task(leaves(KeyboardInterrupt))
        group.create_task(leaves(SystemExit))


def main():
    for error in (SystemExit, KeyboardInterrupt):
        for run in (in_the_body, at_the_end, beside_a_failure, both):
            log.clear()
            loop = asyncio.new_event_loop()
            loop.set_exception_handler(lambda loop, context: None)
            task = loop.create_task(run(error))
            runs = []
            while not task.done():
                try:
                    loop.call_soon(loop.stop)
                    loop.run_forever()
                    runs.append("-")
                except BaseException as e:
                    runs.append(said(e))
            print(run.__name__, said(task.exception()), runs, log)
            loop.close()


main()
