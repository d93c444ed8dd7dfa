# async_task_errors: what a task's failure looks like from all sides, and what a task refuses.
# needs: 3.11
# From: the documentation of asyncio.Task (no set_result, no set_exception), and row A6 for failures of any kind.
import asyncio

from show import awaited, outcome, said


class Custom(Exception):
    pass


async def fails(error):
    await asyncio.sleep(0)
    raise error


async def returns(value):
    return value


async def outer(task):
    try:
        await task
    except ValueError as e:
        raise RuntimeError(f"outer of {e}")


async def main():
    for error in (ValueError("text"), Custom(), TimeoutError("late"), asyncio.InvalidStateError("state")):
        task = asyncio.create_task(fails(error))
        print(outcome(task.result), "|", outcome(lambda: said(task.exception())), "|", task.done())
        print(await awaited(task), "|", outcome(task.result), "|", said(task.exception()), "|", task.cancelled())

    # Through two tasks, in which it changes.
    inner = asyncio.create_task(fails(ValueError("inner")))
    task = asyncio.create_task(outer(inner))
    print(await awaited(task), "|", said(inner.exception()))

    # A task's outcome cannot be set.
    task = asyncio.create_task(returns("value"))
    print(outcome(lambda: task.set_result("other")))
    print(outcome(lambda: task.set_exception(ValueError("other"))))
    print(await task, task.result(), task.exception())
    print(outcome(lambda: task.set_result("other")))

    # A cancelled one.
    task = asyncio.create_task(returns("value"))
    task.cancel("enough")
    print(await awaited(task))
    print(await awaited(result_of(task)), await awaited(exception_of(task)))

    # The callback gets the task, whose outcome is there.
    seen = []
    task = asyncio.create_task(fails(ValueError("seen")))
    task.add_done_callback(lambda t: seen.append(f"{t is task} {t.done()} {said(t.exception())}"))
    print(await awaited(task), seen)


async def result_of(task):
    return type(task.result()).__name__


async def exception_of(task):
    return type(task.exception()).__name__


asyncio.run(main())
