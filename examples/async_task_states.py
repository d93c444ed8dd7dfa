# A task before and after it ran, as its repr() tells it: state, name, coroutine, result.
import asyncio
import re


# The repr() without the place in the source.
def text(task):
    return re.sub(r" (running at|done, defined at) [^>]*>", ">", repr(task))


async def task_func():
    print("in task_func")
    return "the result"


async def main():
    loop = asyncio.get_running_loop()
    print("creating task")
    task = loop.create_task(task_func())
    print(f"waiting for {text(task)}")
    return_value = await task
    print(f"task completed {text(task)}")
    print(f"return value: {return_value}")

    task = asyncio.create_task(task_func(), name="the second")
    task.cancel()
    print(f"canceled task {text(task)}")
    await asyncio.wait([task])
    print(f"task completed {text(task)}")


if __name__ == "__main__":
    asyncio.run(main())
