# async_introspection: what tasks, handles and loops tell about themselves.
# needs: 3.12
# From: the documentation of Task.get_coro(), get_loop(), get_stack() and remove_done_callback(), of Handle.get_context()
# and of loop.set_debug().
import asyncio
from contextvars import ContextVar, copy_context

var = ContextVar("var", default="default")
log = []


def first(task):
    log.append(f"first, of {task.get_name()}")


def second(task):
    log.append("second")


async def child(rounds):
    for _ in range(rounds):
        await asyncio.sleep(0)
    return rounds


def show_stack(when, task):
    print(when, [frame.f_code.co_name for frame in task.get_stack()], len(task.get_stack(limit=1)))


async def main():
    loop = asyncio.get_running_loop()
    task = asyncio.create_task(child(2), name="child")
    print(task.get_coro().__name__, task.get_loop() is loop, asyncio.ensure_future(task).get_loop() is loop)
    show_stack("made:", task)
    await asyncio.sleep(0)
    show_stack("waits:", task)
    for callback in (first, second, first, second):
        task.add_done_callback(callback)
    print("removed:", task.remove_done_callback(first), task.remove_done_callback(first))
    task.add_done_callback(first)
    print("result:", await task)
    print("left:", task.remove_done_callback(second))
    await asyncio.sleep(0)
    print(log)
    show_stack("done:", task)
    print(task.get_coro().__name__, task.get_loop() is loop)

    var.set("copied")
    context = copy_context()
    context.run(var.set, "given")
    later = loop.call_later(30, first, task)
    at = loop.call_at(loop.time() + 30, first, task, context=context)
    var.set("changed")
    print(later.get_context()[var], at.get_context()[var], at.cancelled())
    later.cancel()
    at.cancel()
    print(later.cancelled(), at.cancelled(), at.get_context()[var])

    print(asyncio.current_task(loop) is asyncio.current_task())
    other = asyncio.new_event_loop()
    print(asyncio.current_task(other), len(asyncio.all_tasks(other)), len(asyncio.all_tasks(loop)))
    print(other.get_debug(), other.get_exception_handler())
    other.set_debug(True)
    print(other.get_debug(), loop.get_debug())
    other.close()
    print(other.get_debug())


asyncio.run(main())
