# Three jobs that block, each in a thread of its own, and each awaited by a task. What the whole
# took is told at the very end, when the interpreter exits.
#
# demo: seconds within 0.5
import asyncio
import atexit
import threading
import time

start = time.perf_counter()

# The threads that worked, guarded by the lock.
lock = threading.Lock()
threads = set()


def tell():
    print(f"It took {time.perf_counter() - start:.1f} seconds")


def hard_work():
    with lock:
        threads.add(threading.get_ident())
    time.sleep(0.3)


async def do_async_job():
    await asyncio.to_thread(hard_work)
    await asyncio.sleep(0.1)
    print("job done!")


async def main():
    tasks = []
    for _ in range(3):
        tasks.append(asyncio.create_task(do_async_job()))

    await asyncio.wait(tasks)
    print(f"{len(threads)} threads worked")
    print(f"The loop's own was one of them: {threading.get_ident() in threads}")


if __name__ == "__main__":
    atexit.register(tell)
    asyncio.run(main())
