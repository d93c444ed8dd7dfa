# wait() until the first task is done, again and again until none is pending; then until one fails.
import asyncio
from asyncio import create_task


class APIError(Exception):
    pass


async def call_api(message, result=100, delay=0.3, raise_exception=False):
    print(message)
    await asyncio.sleep(delay)
    if raise_exception:
        raise APIError("the API failed")
    else:
        return result


async def main():
    task_1 = create_task(call_api("Calling API 1...", result=1, delay=0.1))
    task_2 = create_task(call_api("Calling API 2...", result=2, delay=0.2))
    task_3 = create_task(call_api("Calling API 3...", result=3, delay=0.3))

    pending = (task_1, task_2, task_3)

    while pending:
        done, pending = await asyncio.wait(
            pending, return_when=asyncio.FIRST_COMPLETED
        )
        result = done.pop().result()
        print(result)

    task_4 = create_task(call_api("Calling API 4...", delay=0.1, raise_exception=True))
    task_5 = create_task(call_api("Calling API 5...", result=5, delay=0.3))
    done, pending = await asyncio.wait(
        (task_4, task_5), return_when=asyncio.FIRST_EXCEPTION
    )
    print(f"{len(done)} failed: {task_4.exception()}; {len(pending)} is pending")
    print(await task_5)


if __name__ == "__main__":
    asyncio.run(main())
