# Two coroutines that are awaited run one after the other, and their sleeps add up. Two tasks run at
# once: the longer sleep is the whole time.
#
# demo: seconds within 0.5
import asyncio
import time


async def say_after(delay, what):
    await asyncio.sleep(delay)
    print(what)


async def main():
    start = time.perf_counter()

    await say_after(0.1, "hello")
    await say_after(0.2, "world")

    elapsed = time.perf_counter() - start
    print(f"One after the other: {elapsed:.1f} seconds")

    task1 = asyncio.create_task(say_after(0.1, "hello"))
    task2 = asyncio.create_task(say_after(0.2, "Python"))
    start = time.perf_counter()

    await task1
    await task2

    elapsed = time.perf_counter() - start
    print(f"At once: {elapsed:.1f} seconds")


if __name__ == "__main__":
    asyncio.run(main())
