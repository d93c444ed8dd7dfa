# async_eager_contextvars: an eager step runs in the task's context, which is a copy or the given one.
# needs: 3.12
# From: PEP 567, and python/cpython#91150 (the `context` argument of create_task).
import asyncio
import contextvars

var = contextvars.ContextVar("var", default="default")
log = []


async def sets(value, waits):
    log.append(f"{value} begins with {var.get()}")
    var.set(value)
    if waits:
        await asyncio.sleep(0)
        log.append(f"{value} goes on with {var.get()}")
    return var.get()


async def nests(value):
    var.set(value)
    inner = asyncio.create_task(sets(f"{value} inner", False))
    log.append(f"{value} after its inner: {var.get()}")
    return inner.result()


async def main():
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    var.set("main")
    task = asyncio.create_task(sets("a", False))
    print(var.get(), task.result())
    task = asyncio.create_task(sets("b", True))
    print(var.get(), await task, var.get(), log)

    # A context of one's own is entered for the step, and left.
    log.clear()
    context = contextvars.copy_context()
    task = asyncio.create_task(sets("c", True), context=context)
    print(var.get(), context[var], await task, context[var], log)
    log.clear()
    task = asyncio.create_task(sets("d", False), context=context)
    print(var.get(), context[var], task.result(), log)
    print(context.run(var.get))

    # Nested.
    log.clear()
    task = asyncio.create_task(nests("e"))
    print(var.get(), task.result(), log)

    # One that fails leaves its context all the same.
    async def fails():
        var.set("failed")
        raise ValueError

    task = asyncio.create_task(fails())
    print(var.get(), task.exception() is not None)

    # In a callback with a context of its own.
    log.clear()
    other = contextvars.Context()
    asyncio.get_running_loop().call_soon(
        lambda: log.append(asyncio.create_task(sets("f", False)).result() + " " + var.get()), context=other)
    await asyncio.sleep(0)
    print(log, var.get(), other.get(var))


asyncio.run(main())
