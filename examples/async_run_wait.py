# What run() returns is what the coroutine returned, here two sets of tasks. Tasks can be asked for
# their names and results when the loop is gone.
import asyncio


async def func():
    print("1111")
    await asyncio.sleep(0.2)
    print("2222")
    return "test"


async def main():
    tasks = [asyncio.create_task(func()), asyncio.create_task(func())]
    return await asyncio.wait(tasks)


if __name__ == "__main__":
    done, pending = asyncio.run(main())
    for task in sorted(done, key=asyncio.Task.get_name):
        print(f"{task.get_name()}: done {task.done()}, result {task.result()}")
    print(f"{len(pending)} pending")
