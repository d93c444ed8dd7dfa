# The loop has a clock of its own, by which it goes itself: once in a while the time since the
# beginning, until there is no time left for another round.
#
# demo: seconds within 0.2
import asyncio


async def display_time():
    loop = asyncio.get_running_loop()
    begin = loop.time()
    end_time = begin + 0.8
    while True:
        print(f"{loop.time() - begin:.1f} seconds")
        if loop.time() + 0.2 >= end_time:
            break
        await asyncio.sleep(0.2)


if __name__ == "__main__":
    asyncio.run(display_time())
