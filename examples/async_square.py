# A coroutine function that is called gives a coroutine, in which nothing has run yet. run() runs
# it; so does await, which is for coroutines only, and gives what it returns.
import asyncio


async def square(number):
    print(f"Squaring {number}")
    return number * number


async def main():
    x = await square(10)
    print(f"x={x}")
    y = await square(5)
    print(f"y={y}")
    print(f"total={x + y}")


if __name__ == "__main__":
    result = square(10)
    print(f"It is a coroutine: {asyncio.iscoroutine(result)}")
    # It will not be awaited. Said like this, nobody is warned of that.
    result.close()

    print(asyncio.run(square(10)))

    asyncio.run(main())
