# Two functions that compute, each called in another process by run_in_executor() with a pool of processes. In the
# loop's own thread they would stop all tasks; so a third one goes on.
#
# demo: seconds within 15
import asyncio
import time
from concurrent import futures


def count_primes(limit):
    count = 0
    for number in range(2, limit):
        divisor = 2
        while divisor * divisor <= number and number % divisor != 0:
            divisor += 1
        if divisor * divisor > number:
            count += 1
    return count


async def show_message():
    for _ in range(3):
        await asyncio.sleep(0.02)
        print("The loop goes on...")
    return "done"


async def main():
    loop = asyncio.get_running_loop()
    start = time.perf_counter()

    with futures.ProcessPoolExecutor() as executor:
        first, second, message = await asyncio.gather(
            loop.run_in_executor(executor, count_primes, 60_000),
            loop.run_in_executor(executor, count_primes, 80_000),
            show_message(),
        )

    end = time.perf_counter()
    print(f"Results: {first}, {second}, {message}")
    print(f"All took {end - start:.1f} seconds")


if __name__ == "__main__":
    asyncio.run(main())
