# A task that is cancelled before the loop has got to it never begins. Who awaits it is told by
# CancelledError.
import asyncio
from asyncio import CancelledError


async def call_api(message, result=1000, delay=0.3):
    print(message)
    await asyncio.sleep(delay)
    return result


async def main():
    print("Creating the task")
    task = asyncio.create_task(call_api("Calling API...", result=2000, delay=0.5))

    if not task.done():
        print("Cancelling the task...")
        task.cancel()
    print(f"Asked to cancel: {task.cancelling()}, done: {task.done()}")

    try:
        await task
    except CancelledError:
        print("Task has been cancelled.")
    else:
        print(f"Task result: {task.result()}")


if __name__ == "__main__":
    asyncio.run(main())
