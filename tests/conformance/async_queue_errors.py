# async_queue_errors: what does not wait raises; how the three kinds describe themselves.
# needs: 3.13
# From: the documentation of Queue.
import asyncio

from show import bare, outcome


async def main():
    for kind in (asyncio.Queue, asyncio.LifoQueue, asyncio.PriorityQueue):
        for maxsize in (-1, 0, 2):
            queue = kind(maxsize)
            print(bare(queue), queue.maxsize, queue.qsize(), queue.empty(), queue.full())
            print(outcome(queue.get_nowait))
            print(outcome(queue.task_done), bare(queue))
            for item in (3, 1, 2):
                print(outcome(lambda: queue.put_nowait(item)), end=" ")
            print(bare(queue), queue.qsize(), queue.empty(), queue.full())
            print([str(outcome(queue.get_nowait)) for _ in range(2)], bare(queue))
            print(outcome(queue.task_done), bare(queue))
            queue.shutdown()
            print(bare(queue), outcome(lambda: queue.put_nowait(4)))
            print([str(outcome(queue.get_nowait)) for _ in range(2)], bare(queue))
            print([str(outcome(queue.task_done)) for _ in range(3)], bare(queue))


asyncio.run(main())
