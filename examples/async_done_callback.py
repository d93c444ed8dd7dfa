# A callback that the loop calls with the task when it is done. It asks for the result, which raises
# what the task ended with.
import asyncio


async def my_coroutine():
    raise ValueError("An error occurred")


def handle_exception(task):
    try:
        task.result()
    except ValueError as e:
        print(f"Caught exception: {e}")


async def main():
    task = asyncio.create_task(my_coroutine())
    task.add_done_callback(handle_exception)

    await asyncio.sleep(0.1)
    print(f"Done: {task.done()}")


if __name__ == "__main__":
    asyncio.run(main())
