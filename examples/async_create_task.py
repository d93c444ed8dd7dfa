# create_task() has the loop run a coroutine as soon as it gets to it, while the one that made the
# task goes on. A task that has ended keeps its result.
import asyncio


async def nested():
    return 42


async def my_coroutine():
    print("The task begins")
    await asyncio.sleep(0.1)
    print("The task ends")


async def main():
    task = asyncio.create_task(nested())
    await task
    print(task.result())

    print("main() begins")
    task = asyncio.create_task(my_coroutine())
    await asyncio.sleep(0.3)
    print("main() goes on")
    await task
    print("The task has ended")


if __name__ == "__main__":
    asyncio.run(main())
