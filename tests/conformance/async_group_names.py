# async_group_names: the names and contexts of a group's tasks.
# needs: 3.13
# From: python/cpython#91150 (the `context` argument), and CPython's tests of TaskGroup.create_task.
import asyncio
import contextvars

from show_groups import ended, log

where = contextvars.ContextVar("where", default="nowhere")


async def tells(value=None):
    log.append(f"{asyncio.current_task().get_name()} {where.get()}")
    if value is not None:
        where.set(value)
    await asyncio.sleep(0)
    log.append(f"{asyncio.current_task().get_name()} {where.get()}")


async def main():
    asyncio.current_task().set_name("main")
    where.set("main")
    context = contextvars.copy_context()
    context.run(where.set, "elsewhere")

    async with asyncio.TaskGroup() as group:
        where.set("body")
        group.create_task(tells("first"), name="named")
        group.create_task(tells("second"), name="in a context", context=context)
        group.create_task(tells(), context=context).set_name("renamed")
        where.set("body, later")
        group.create_task(tells(), name="copied now")
    for line in log:
        print(line)
    print(where.get(), context[where])

    # Without a name: numbered as all tasks are.
    async with asyncio.TaskGroup() as group:
        one = group.create_task(tells())
        two = group.create_task(tells(), name="named")
        three = group.create_task(tells())
    print(int(three.get_name().split("-")[1]) - int(one.get_name().split("-")[1]), two.get_name())

    # The body and the end of the group run in the context of their task.
    async def surrounding():
        where.set("surrounding")
        async with asyncio.TaskGroup() as group:
            group.create_task(tells("of the task"))
            where.set("set in the body")
        return where.get()

    print(await ended(asyncio.create_task(surrounding())), where.get())


asyncio.run(main())
