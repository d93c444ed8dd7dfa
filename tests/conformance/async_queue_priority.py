# async_queue_priority: the smallest first, equal ones as heapq gives them; and the last first.
# needs: 3.13
# From: the documentation of PriorityQueue and LifoQueue.
import asyncio

from show import bare, rounds


class Item:
    def __init__(self, priority, name):
        self.priority, self.name = priority, name

    def __lt__(self, other):
        return self.priority < other.priority


async def main():
    queue = asyncio.PriorityQueue()
    for i, priority in enumerate((2, 1, 2, 1, 1, 3, 2, 1, 0, 2, 1, 0, 1, 1, 2)):
        await queue.put(Item(priority, f"{priority}{chr(97 + i)}"))
        if i % 4 == 3:
            print(queue.get_nowait().name, end=" ")
    print([queue.get_nowait().name for _ in range(queue.qsize())], bare(queue))

    # Full: the order is that of the items, not that of those who wait.
    queue = asyncio.PriorityQueue(2)
    tasks = [asyncio.create_task(queue.put(item)) for item in (5, 4, 1, 3, 2)]
    await rounds(1)
    got = []
    for _ in range(5):
        got.append(await queue.get())
        await rounds(1)
    print(got, [task.done() for task in tasks], bare(queue))

    queue = asyncio.LifoQueue(3)
    tasks = [asyncio.create_task(queue.put(item)) for item in (1, 2, 3, 4, 5)]
    await rounds(1)
    got = []
    for _ in range(5):
        got.append(await queue.get())
        await rounds(1)
    print(got, [task.done() for task in tasks], bare(queue))
    # Who waits gets what is best when it runs, not what was put when it was woken.
    for queue in (asyncio.PriorityQueue(), asyncio.LifoQueue()):
        tasks = [asyncio.create_task(queue.get()) for _ in range(3)]
        await rounds(1)
        for item in (2, 3, 1):
            queue.put_nowait(item)
        print([await task for task in tasks], bare(queue))


asyncio.run(main())
