# wait() returns when all tasks are done, and gives two sets: the tasks that are done and those that
# are pending. Each result is asked of its task, where gather() gives the results themselves.
import asyncio


async def phase(i):
    print(f"Phase {i} begins")
    await asyncio.sleep(0.1 * i)
    print(f"Phase {i} ends")
    return f"what phase {i} returned"


async def main(num_phases):
    tasks = []
    for i in range(num_phases):
        # wait() takes no coroutines: they must be tasks.
        task = asyncio.create_task(phase(i))
        tasks.append(task)

    print("Waiting for the phases")
    done, pending = await asyncio.wait(tasks)
    print(f"{len(done)} are done, {len(pending)} are pending")
    # A set has no order; that of the call is as good as any.
    for task in sorted(done, key=tasks.index):
        print(f"Got {task.result()}")


if __name__ == "__main__":
    asyncio.run(main(5))
