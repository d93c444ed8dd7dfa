# A limit of time for each item: wait_for() cancels what takes longer, and raises TimeoutError.
#
# demo: seconds within 0.5
import asyncio
import time

MILLISECONDS = {"Item A": 100, "Item B": 700, "Item C": 200, "Item D": 800}


async def process_item(item):
    process_time = MILLISECONDS[item]
    try:
        await asyncio.wait_for(asyncio.sleep(process_time / 1000), timeout=0.4)
        return f"Processed {item} in {process_time} ms"
    except TimeoutError:
        return f"Gave up {item}"


async def main():
    items = ["Item A", "Item B", "Item C", "Item D"]
    tasks = [asyncio.create_task(process_item(item)) for item in items]

    start = time.perf_counter()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    end = time.perf_counter()

    for result in results:
        print(result)
    print(f"All of them took {end - start:.1f} seconds")


if __name__ == "__main__":
    asyncio.run(main())
