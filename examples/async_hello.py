# The smallest program of asyncio: run() makes an event loop, runs one coroutine in it to the end,
# and closes the loop. While the coroutine sleeps, the loop would run others.
import asyncio


async def main():
    print("hello")
    await asyncio.sleep(0.1)
    print("python")


if __name__ == "__main__":
    asyncio.run(main())
