# ensure_future() makes a task of a coroutine, and leaves what is a future already as it is; inner()
# need not know how the task came about. A Runner is what run() uses: here it is made by hand.
import asyncio


async def wrapped():
    print("wrapped")
    return "result"


async def inner(task):
    print("inner: starting")
    print(f"inner: waiting for a task that is done: {task.done()}")
    result = await task
    print(f"inner: task returned {result}")


async def starter():
    print("starter: creating task")
    task = asyncio.ensure_future(wrapped())
    print(f"starter: it is the same: {asyncio.ensure_future(task) is task}")
    print("starter: waiting for inner")
    await inner(task)
    print("starter: inner returned")


if __name__ == "__main__":
    with asyncio.Runner() as runner:
        print("entering event loop")
        runner.run(starter())
