# With a timeout, wait() may leave tasks pending. It cancels none of them: that is up to who waited.
import asyncio


async def phase(i):
    print(f"Phase {i} begins")
    try:
        await asyncio.sleep(0.2 * i)
    except asyncio.CancelledError:
        print(f"Phase {i} was cancelled")
        raise
    else:
        print(f"Phase {i} ends")
        return f"what phase {i} returned"


async def main(num_phases):
    tasks = [asyncio.create_task(phase(i)) for i in range(num_phases)]
    print("Waiting 0.1 s for the phases")
    done, pending = await asyncio.wait(tasks, timeout=0.1)
    print(f"{len(done)} are done, {len(pending)} are pending")
    if pending:
        print("Cancelling those")
        for task in sorted(pending, key=tasks.index):
            task.cancel()
    print("main() ends")


if __name__ == "__main__":
    # run() waits for the tasks that are not done yet.
    asyncio.run(main(3))
