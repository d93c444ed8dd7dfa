# to_thread() makes something to await of a function that blocks: it runs in a thread, and the loop
# goes on with the other coroutine.
import asyncio
import time


def blocking_io():
    print("start blocking_io")
    # time.sleep() stands for anything that blocks, such as reading a file.
    time.sleep(0.1)
    print("blocking_io complete")


async def display_time(timeout):
    await asyncio.sleep(timeout)
    print("OK")


async def main():
    print("started main")

    await asyncio.gather(
        asyncio.to_thread(blocking_io),
        display_time(0.3),
    )

    print("finished main")


if __name__ == "__main__":
    asyncio.run(main())
