# shield() stands between a task and who waits for it: the time is up for the waiting, and the task
# goes on and can be awaited again.
import asyncio


async def call_api(message, result=1000, delay=0.3):
    print(message)
    await asyncio.sleep(delay)
    return result


async def main():
    task = asyncio.create_task(call_api("Calling API...", result=2000, delay=0.5))

    MAX_TIMEOUT = 0.3
    try:
        await asyncio.wait_for(asyncio.shield(task), timeout=MAX_TIMEOUT)
    except TimeoutError:
        print("The task took more than expected and will complete soon.")
        result = await task
        print(result)

    # What is not cancelled meanwhile gives its result through the shield.
    res = await asyncio.shield(call_api("Calling it again...", delay=0.1))
    print(res)


if __name__ == "__main__":
    asyncio.run(main())
