# A task knows its coroutine. This one is made outside of the loop; it catches its cancellation and
# does not raise it again, so that its task ends as any other.
import asyncio

keep_running = True


async def display_time():
    global keep_running
    try:
        while keep_running:
            print("Coroutine keep running!")
            await asyncio.sleep(0.2)
    except asyncio.CancelledError:
        print("Coroutine stop!")
        keep_running = False
    finally:
        # Whether it was cancelled or not.
        print("Coroutine stopped!")
        keep_running = False


async def main(cor):
    task_cor = asyncio.create_task(cor)
    print(f"The current coroutine is {task_cor.get_coro().__name__}")
    await asyncio.sleep(0.5)
    task_cor.cancel()
    await task_cor
    print(f"Cancelled: {task_cor.cancelled()}")


if __name__ == "__main__":
    cor = display_time()
    asyncio.run(main(cor))
