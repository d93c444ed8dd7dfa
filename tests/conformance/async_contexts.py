# async_contexts: in which context tasks, callbacks and done callbacks run.
# needs: 3.12
# From: PEP 567 (asyncio), and bpo-46994 (create_task takes a context).
import asyncio
import contextvars

var = contextvars.ContextVar("var", default="default")
log = []


def tell(text):
    log.append(f"{text} {var.get()}")


async def child(text):
    tell(f"{text} begins")
    var.set(text)
    await asyncio.sleep(0)
    tell(f"{text} goes on")


async def coroutine():
    var.set("coroutine")


async def main():
    loop = asyncio.get_running_loop()
    var.set("main")

    # A task has a copy of the context of its making; what it sets stays there. A coroutine has the caller's.
    task = asyncio.create_task(child("child"))
    var.set("later")
    await task
    tell("main")
    await coroutine()
    tell("main")

    # Callbacks, too.
    loop.call_soon(tell, "soon")
    loop.call_later(0, tell, "timer")
    loop.call_soon_threadsafe(tell, "threadsafe")
    future = loop.create_future()
    future.add_done_callback(lambda f: tell("done callback"))
    var.set("changed")
    future.set_result(None)
    loop.call_soon(var.set, "in a callback")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    tell("main")
    print(log)

    # In a context of one's own: what is set there can be seen afterwards.
    log.clear()
    context = contextvars.Context()
    await asyncio.create_task(child("own"), context=context)
    loop.call_soon(tell, "soon", context=context)
    await asyncio.sleep(0)
    print(log, context[var], var.get())
    print(asyncio.create_task(coroutine(), context=context).get_context() is context)
    await asyncio.sleep(0)
    print(context[var])

    # The clean-up of a cancelled task runs in the task's context.
    log.clear()

    async def cleans_up():
        var.set("task")
        try:
            await asyncio.sleep(60)
        finally:
            tell("clean-up")

    task = asyncio.create_task(cleans_up())
    await asyncio.sleep(0)
    task.cancel()
    task.add_done_callback(lambda t: tell("callback"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    print(log)


async def ask_from_another_context():
    task = asyncio.current_task()
    found = []
    contextvars.copy_context().run(lambda: found.append(task.get_context()))
    var.set("since")
    print(found[0][var], found[0] is task.get_context())


async def ask_from_an_eager_task():
    task = asyncio.current_task()
    found = []

    async def ask():
        found.append(task.get_context())

    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    asyncio.create_task(ask())
    var.set("since")
    print(found[0][var], found[0] is task.get_context())


# The context of a task, in which nothing has been set yet, when somebody first asks for it.
async def ask_in_tasks():
    await asyncio.create_task(ask_from_another_context())
    await asyncio.create_task(ask_from_an_eager_task())


asyncio.run(ask_in_tasks())
asyncio.run(main())
print(var.get())
