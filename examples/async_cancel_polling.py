# Looking now and then whether a task is done, and cancelling it when that has taken too long.
import asyncio
from asyncio import CancelledError


async def call_api(message, result=1000, delay=0.3):
    print(message)
    await asyncio.sleep(delay)
    return result


async def main():
    task = asyncio.create_task(call_api("Calling API...", result=2000, delay=0.8))

    time_elapsed = 0
    while not task.done():
        time_elapsed += 1
        await asyncio.sleep(0.1)
        print("Task has not completed, checking again soon")
        if time_elapsed == 3:
            print("Cancelling the task...")
            task.cancel()
            break

    try:
        await task
    except CancelledError:
        print("Task has been cancelled.")


if __name__ == "__main__":
    asyncio.run(main())
