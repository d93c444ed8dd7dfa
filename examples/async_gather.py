# gather() runs what it is given at once, and gives the results in that order, whichever is there
# first.
import asyncio


async def call_api(message, result, delay=0.2):
    print(message)
    await asyncio.sleep(delay)
    return result


async def phase1():
    print("in phase1")
    await asyncio.sleep(0.4)
    print("done with phase1")
    return "phase1 result"


async def phase2():
    print("in phase2")
    await asyncio.sleep(0.2)
    print("done with phase2")
    return "phase2 result"


async def main():
    a, b = await asyncio.gather(
        call_api("Calling API 1 ...", 1),
        call_api("Calling API 2 ...", 2),
    )
    print(a, b)

    print("waiting for phases to complete")
    results = await asyncio.gather(
        phase1(),
        phase2(),
    )
    print(f"results: {results[0]}, {results[1]}")


if __name__ == "__main__":
    asyncio.run(main())
