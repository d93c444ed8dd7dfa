# A future is a result that somebody will set: first by hand, then by a task, which the one who
# awaits the future knows nothing of.
import asyncio
from asyncio import Future

# The loop itself keeps only a weak reference to a task.
background = set()


async def plan(my_future):
    print("Planning my future...")
    await asyncio.sleep(0.2)
    my_future.set_result("Bright")


def create():
    my_future = Future()
    background.add(asyncio.create_task(plan(my_future)))
    return my_future


async def main():
    my_future = Future()
    print(my_future.done())

    my_future.set_result("Bright")
    print(my_future.done())
    print(my_future.result())

    my_future = create()
    result = await my_future
    print(result)


if __name__ == "__main__":
    asyncio.run(main())
