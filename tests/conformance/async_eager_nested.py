# async_eager_nested: eager tasks that make eager tasks in their first steps.
# needs: 3.12
# From: the documentation of eager_task_factory.
import asyncio

from show import said

log = []


async def tree(name, depth):
    log.append(f"{name} begins")
    if depth > 0:
        children = [asyncio.create_task(tree(f"{name}{number}", depth - 1)) for number in range(2)]
        log.append(f"{name} made {[child.done() for child in children]}")
        for child in children:
            await child
    elif name.endswith("1"):
        await asyncio.sleep(0)
    log.append(f"{name} ends")


async def chain(n):
    if n == 0:
        return 0
    return 1 + await asyncio.create_task(chain(n - 1))


async def chain_that_waits(n):
    if n == 0:
        await asyncio.sleep(0)
        log.append("the innermost")
        return 0
    got = 1 + await asyncio.create_task(chain_that_waits(n - 1))
    log.append(str(got))
    return got


async def fails(n):
    if n == 0:
        raise ValueError("innermost")
    try:
        await asyncio.create_task(fails(n - 1))
    except ValueError as e:
        log.append(f"{n} {e}")
        raise


async def main():
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    task = asyncio.create_task(tree("t", 2))
    log.append(f"main {task.done()}")
    await task
    print(log)

    task = asyncio.create_task(chain(50))
    print(task.done(), task.result())

    log.clear()
    task = asyncio.create_task(chain_that_waits(3))
    print(task.done(), await task)
    print(log)

    log.clear()
    task = asyncio.create_task(fails(3))
    print(task.done(), said(task.exception()), log)


asyncio.run(main())
