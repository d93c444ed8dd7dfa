# Two ways to say how long something may take: wait_for() for one thing that is awaited, timeout()
# for a whole block. Both cancel what runs when the time is up, and raise TimeoutError.
import asyncio


async def eternity():
    # Sleep for one hour.
    await asyncio.sleep(3600)
    print("yay!")


async def display_time(timeout):
    await asyncio.sleep(timeout)
    print("OK")


async def main():
    # Wait for at most 0.2 seconds.
    try:
        await asyncio.wait_for(eternity(), timeout=0.2)
    except TimeoutError:
        print("timeout!")

    try:
        async with asyncio.timeout(0.2):
            await display_time(0.4)
    except TimeoutError:
        print("The long operation timed out, but we've handled it.")

    async with asyncio.timeout(5):
        await display_time(0.1)
    await asyncio.wait_for(display_time(0.1), timeout=5)

    print("This statement will run regardless.")


if __name__ == "__main__":
    asyncio.run(main())
