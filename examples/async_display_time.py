# Two coroutines awaited one after the other, then as tasks, then by gather(), which makes tasks of
# them and returns the list of what they return.
#
# demo: seconds within 0.5
import asyncio
import time


async def display_time(num, timeout):
    print(f"hello world {num}")
    await asyncio.sleep(timeout)
    return num


async def one_after_the_other():
    await display_time(1, 0.1)
    await display_time(2, 0.2)


async def by_tasks():
    task1 = asyncio.create_task(display_time(1, 0.1))
    task2 = asyncio.create_task(display_time(2, 0.2))
    print("Neither task has begun yet")
    await task1
    await task2


async def by_gather():
    ls = await asyncio.gather(display_time(1, 0.1), display_time(2, 0.2))
    print(f"They returned {ls[0]} and {ls[1]}")


async def main():
    start = time.perf_counter()
    await one_after_the_other()
    print(f"One after the other took {time.perf_counter() - start:.1f} seconds")

    start = time.perf_counter()
    await by_tasks()
    print(f"As tasks they took {time.perf_counter() - start:.1f} seconds")

    start = time.perf_counter()
    await by_gather()
    print(f"By gather they took {time.perf_counter() - start:.1f} seconds")


if __name__ == "__main__":
    asyncio.run(main())
