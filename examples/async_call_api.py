# Two calls that take long, made at once by tasks; then the same with a third task that tells about
# the progress while the calls run.
#
# demo: seconds within 0.5
import asyncio
import time


async def call_api(message, result=1000, delay=0.35):
    print(message)
    await asyncio.sleep(delay)
    return result


async def show_message():
    for _ in range(3):
        await asyncio.sleep(0.08)
        print("API call is in progress...")


async def two_calls():
    task_1 = asyncio.create_task(call_api("Get stock price of GOOG...", 300))
    task_2 = asyncio.create_task(call_api("Get stock price of APPL...", 400))

    price = await task_1
    print(price)

    price = await task_2
    print(price)


async def main():
    start = time.perf_counter()
    await two_calls()
    end = time.perf_counter()
    print(f"It took {end - start:.1f} second(s) to complete.")

    start = time.perf_counter()
    message_task = asyncio.create_task(show_message())
    await two_calls()
    await message_task
    end = time.perf_counter()
    print(f"It took {end - start:.1f} second(s) to complete.")


if __name__ == "__main__":
    asyncio.run(main())
