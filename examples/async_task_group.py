# A TaskGroup waits for all of its tasks at the end of its block. When one of them fails, it cancels the others, and what
# failed is raised in an ExceptionGroup, of which except* takes what it knows.
import asyncio


async def bake(what, seconds):
    try:
        await asyncio.sleep(seconds)
    except asyncio.CancelledError:
        print(f"{what}: taken out of the oven")
        raise
    if what == "pudding":
        raise ValueError(f"the {what} fell in")
    print(f"{what}: done")
    return f"one {what}"


async def main():
    async with asyncio.TaskGroup() as group:
        bread = group.create_task(bake("bread", 0.2))
        cake = group.create_task(bake("cake", 0.1))
    print(f"All are done: {bread.result()}, {cake.result()}")

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(bake("bread", 0.3))
            group.create_task(bake("pudding", 0.2))
            group.create_task(bake("cake", 0.1))
    except* ValueError as failed:
        for error in failed.exceptions:
            print(f"Failed: {error}")


if __name__ == "__main__":
    asyncio.run(main())
