# Three tasks that would run for ever are cancelled. CancelledError is raised where a task waits;
# who catches it to tidy up raises it again, so that the task counts as cancelled.
import asyncio


async def long_operation(name):
    try:
        print(f"{name} begins")
        while True:
            await asyncio.sleep(0.2)
            print(f"{name} is running...")
    except asyncio.CancelledError:
        print(f"{name} was cancelled")
        raise


async def main():
    task1 = asyncio.create_task(long_operation("Task 1"))
    task2 = asyncio.create_task(long_operation("Task 2"))
    task3 = asyncio.create_task(long_operation("Task 3"))

    # In the middle between two steps of theirs, so that it is clear what comes first.
    await asyncio.sleep(0.3)
    task1.cancel()

    await asyncio.sleep(0.4)
    task2.cancel()
    task3.cancel()

    try:
        await asyncio.gather(task1, task2, task3, return_exceptions=True)
    except asyncio.CancelledError:
        print("This is not printed: return_exceptions makes results of them")
    print(f"Cancelled: {task1.cancelled()}, {task2.cancelled()}, {task3.cancelled()}")


if __name__ == "__main__":
    asyncio.run(main())
