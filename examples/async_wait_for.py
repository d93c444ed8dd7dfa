# wait_for() with a task that takes longer than it may: the task is cancelled.
import asyncio


async def call_api(message, result=1000, delay=0.3):
    print(message)
    await asyncio.sleep(delay)
    return result


async def main():
    task = asyncio.create_task(call_api("Calling API...", result=2000, delay=0.5))

    MAX_TIMEOUT = 0.3
    try:
        await asyncio.wait_for(task, timeout=MAX_TIMEOUT)
    except TimeoutError:
        print("The task was cancelled due to a timeout")
    print(f"Cancelled: {task.cancelled()}")

    # In time, wait_for() gives the result.
    print(await asyncio.wait_for(call_api("Calling API...", delay=0.1), MAX_TIMEOUT))


if __name__ == "__main__":
    asyncio.run(main())
