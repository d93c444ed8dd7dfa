# async_ensure_future: futures and tasks as they are, the rest as new tasks; iscoroutine() and isfuture().
# needs: 3.11
# From: the documentation of ensure_future(), isfuture() and iscoroutine().
import asyncio
import concurrent.futures as futures

from show import awaited

log = []


async def child(value):
    log.append(asyncio.current_task().get_name())
    await asyncio.sleep(0)
    return value


class Awaitable:
    def __init__(self, coroutine):
        self.coroutine = coroutine

    def __await__(self):
        return self.coroutine.__await__()


async def main():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    task = asyncio.create_task(child(1))
    print(asyncio.ensure_future(future) is future, asyncio.ensure_future(task) is task)
    gathered = asyncio.gather(task)
    print(asyncio.ensure_future(gathered) is gathered, await gathered)

    made = asyncio.ensure_future(child(2))
    made.set_name("made")
    log.clear()
    print(made.done(), await made, log)
    other = asyncio.ensure_future(Awaitable(child(3)))
    print(other.done(), await other)
    print(await asyncio.gather(Awaitable(child(4)), child(5)))
    print(await asyncio.wait_for(Awaitable(child(6)), 30), await awaited(asyncio.shield(Awaitable(child(7)))))

    coroutine = child(8)
    print("coroutine:", asyncio.iscoroutine(coroutine), asyncio.isfuture(coroutine))
    print("function:", asyncio.iscoroutine(child), asyncio.isfuture(child))
    print("task:", asyncio.iscoroutine(task), asyncio.isfuture(task))
    print("future:", asyncio.iscoroutine(future), asyncio.isfuture(future))
    print("gather:", asyncio.iscoroutine(gathered), asyncio.isfuture(gathered))
    print("of threads:", asyncio.iscoroutine(futures.Future()), asyncio.isfuture(futures.Future()))
    print("other:", asyncio.iscoroutine(1), asyncio.isfuture("text"))
    print(await coroutine)


asyncio.run(main())
