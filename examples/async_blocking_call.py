# A function that blocks, here one that asks a web server, is called in a thread by
# run_in_executor(). In the loop's own thread it would stop all tasks; so the other one goes on.
# None stands for the pool of threads that the loop has.
#
# demo: seconds within 0.5
import asyncio
import os
import time
import urllib.request


def get(url):
    with urllib.request.urlopen(url) as response:
        response.read()
        return response


async def blocking_operation(url):
    loop = asyncio.get_running_loop()
    result = await loop.run_in_executor(None, get, url)
    return result.status


async def non_blocking_operation():
    await asyncio.sleep(0.5)
    return "The sleep is over"


async def main():
    server = os.environ["SKEIN_DEMO_URL"]

    # The server takes half a second for it.
    task1 = asyncio.create_task(blocking_operation(f"{server}/text/1"))
    task2 = asyncio.create_task(non_blocking_operation())

    start = time.perf_counter()
    status, text = await asyncio.gather(task1, task2)
    end = time.perf_counter()

    print(f"Results: {status}, {text}")
    print(f"Both took {end - start:.1f} seconds")


if __name__ == "__main__":
    asyncio.run(main())
