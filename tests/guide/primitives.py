# primitives: tasks that wait for each other, and queues, as docs/porting_asyncio_sync.md shows it.
# needs: 3.13
import asyncio


# [lock]
class Account:
    def __init__(self):
        self.lock = asyncio.Lock()
        self.balance = 0

    async def add(self, amount):
        async with self.lock:
            seen = self.balance
            await asyncio.sleep(0)
            self.balance = seen + amount
# [/lock]


# [condition]
async def wait_for_three(condition, items):
    async with condition:
        await condition.wait_for(lambda: len(items) >= 3)
        print(f"there are {len(items)}")


async def bring(condition, items):
    for item in range(3):
        async with condition:
            items.append(item)
            condition.notify_all()
# [/condition]


async def download(permits, running):
    async with permits:
        running.append(1)
        await asyncio.sleep(0)
        at_once = len(running)
        running.pop()
        return at_once


# [queue]
async def worker(queue, total):
    try:
        while True:
            item = await queue.get()
            total.append(item)
            queue.task_done()
    except asyncio.QueueShutDown:
        pass


async def sum_up():
    queue = asyncio.Queue(2)
    total = []
    async with asyncio.TaskGroup() as group:
        for _ in range(3):
            group.create_task(worker(queue, total))
        for item in range(10):
            await queue.put(item)
        await queue.join()
        queue.shutdown()
    return sum(total)
# [/queue]


async def main():
    account = Account()
    await asyncio.gather(account.add(1), account.add(2), account.add(3))
    print(account.balance)

    condition = asyncio.Condition()
    items = []
    await asyncio.gather(wait_for_three(condition, items), bring(condition, items))

    permits = asyncio.Semaphore(2)
    running = []
    a, b, c = await asyncio.gather(*(download(permits, running) for _ in range(3)))
    print(max(a, b, c))

    print(await sum_up())


asyncio.run(main())
