# async_contextvars_tasks: a task runs in a copy of its maker's context, or in the one that is given.
# needs: 3.12
# From: PEP 567 (tasks), and python/cpython#91150 (the `context` argument of create_task, new in 3.11).
import asyncio
from contextvars import ContextVar, copy_context

var = ContextVar("var", default="default")


async def read_and_set(value):
    before = var.get()
    var.set(value)
    await asyncio.sleep(0)
    return before, var.get()


async def deep():
    var.set("deep")
    await asyncio.sleep(0)


async def main():
    var.set("main")
    task = asyncio.create_task(read_and_set("task"))
    var.set("later")
    print(await task, var.get(), task.get_context()[var])

    # Awaited without a task: the same context.
    await deep()
    print("awaited:", var.get())

    # Two tasks in turns, and gather()'s.
    print(list(await asyncio.gather(read_and_set("one"), read_and_set("two"))), var.get())

    # A context that is given, and what is left in it.
    context = copy_context()
    context.run(var.set, "given")
    print(await asyncio.create_task(read_and_set("first"), context=context), context[var], var.get())
    print(await asyncio.create_task(read_and_set("second"), context=context), context[var], var.get())
    loop = asyncio.get_running_loop()
    print(await loop.create_task(read_and_set("third"), context=context), context[var])

    # Two tasks in one context take turns in it.
    a = asyncio.create_task(read_and_set("a"), context=context)
    b = asyncio.create_task(read_and_set("b"), context=context)
    print(await a, await b, context[var])

    # wait_for() awaits in the same task, shield() makes one.
    await asyncio.wait_for(deep(), 30)
    print("wait_for:", var.get())
    var.set("before")
    await asyncio.shield(deep())
    print("shield:", var.get())

    # Reset by a token, over an await.
    token = var.set("temporary")
    await asyncio.sleep(0)
    var.reset(token)
    print("reset:", var.get())


asyncio.run(main())
print("outside:", var.get())
