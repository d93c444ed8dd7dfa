# When one of them fails, gather() raises its exception, and the others go on; with
# return_exceptions the exception stands among the results.
import asyncio


class APIError(Exception):
    def __init__(self, message):
        self._message = message

    def __str__(self):
        return self._message


async def call_api_failed():
    await asyncio.sleep(0.3)
    raise APIError("API failed")


async def call_api(message, result, delay=0.3):
    print(message)
    await asyncio.sleep(delay)
    return result


async def main():
    try:
        a, b, c = await asyncio.gather(
            call_api("Calling API 1 ...", 100, 0.1),
            call_api("Calling API 2 ...", 200, 0.2),
            call_api_failed(),
        )
        print(a, b, c)
    except APIError as error:
        print(f"There are no results: {error}")

    a, b, c = await asyncio.gather(
        call_api("Calling API 1 ...", 100, 0.1),
        call_api("Calling API 2 ...", 200, 0.2),
        call_api_failed(),
        return_exceptions=True,
    )
    print(a, b, c)


if __name__ == "__main__":
    asyncio.run(main())
