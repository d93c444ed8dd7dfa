# A task for each item, and gather() to wait for all of them. The results have the order of the
# tasks, whichever ends first, and the whole takes as long as the longest.
#
# demo: seconds within 0.5
import asyncio
import time

# Python's random.uniform() would do for a program that is not compared with another.
MILLISECONDS = {"Item A": 300, "Item B": 100, "Item C": 500, "Item D": 200}


async def process_item(item):
    print(f"Processing {item}")
    process_time = MILLISECONDS[item]
    # asyncio.sleep() instead of time.sleep(), which would stop the whole loop.
    await asyncio.sleep(process_time / 1000)
    return f"Processed {item} in {process_time} ms"


async def process_all_items():
    items = ["Item A", "Item B", "Item C", "Item D"]
    tasks = [asyncio.create_task(process_item(item)) for item in items]
    print("The tasks are made")
    results = await asyncio.gather(*tasks)
    return results


async def main():
    start = time.perf_counter()
    results = await process_all_items()
    end = time.perf_counter()

    for result in results:
        print(result)
    print(f"All of them took {end - start:.1f} seconds")


if __name__ == "__main__":
    asyncio.run(main())
