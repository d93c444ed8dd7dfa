# async_generator_contexts: a generator runs in the context and the task of who asks for its next value.
# needs: 3.11
# From: PEP 567 (PEP 568, which would have changed it, was withdrawn), and the documentation of current_task().
import asyncio
import contextvars

var = contextvars.ContextVar("var", default="default")


def name():
    return asyncio.current_task().get_name()


async def tells():
    while True:
        yield f"{name()} {var.get()}"


async def sets():
    for number in range(3):
        var.set(f"set {number}")
        await asyncio.sleep(0)
        yield f"{name()} {var.get()}"


async def ask(generator, value=None):
    if value is not None:
        var.set(value)
    return await anext(generator), var.get()


async def main():
    asyncio.current_task().set_name("main")
    generator = tells()
    print(await anext(generator))
    var.set("main1")
    print(await anext(generator))
    for task_name in ("a", "b"):
        print(await asyncio.create_task(ask(generator, f"{task_name}2"), name=task_name), var.get())
    print(await anext(generator))
    await generator.aclose()

    # What it sets, its consumer sees, and only who asked.
    generator = sets()
    print(await anext(generator), var.get())
    print(await asyncio.create_task(ask(generator), name="c"), var.get())
    context = contextvars.copy_context()
    print(await asyncio.create_task(ask(generator), name="d", context=context), var.get(), context[var])


asyncio.run(main())
print(var.get())
