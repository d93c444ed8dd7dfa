"""Family 4: see loop.cc for what one operation is."""

import asyncio
import concurrent.futures
import time
import tracemalloc

from .rep import pin
from .tasks import integer

# Makes the loops of family 4; none: asyncio's own.
loop_factory = None


def run_loop(coroutine):
    if loop_factory is None:
        return asyncio.run(coroutine)
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        return runner.run(coroutine)


async def _one():
    return 1


def loop_yield(tasks):
    async def main(ops):
        ended = []

        async def yields(index, times):
            for _ in range(times):
                await asyncio.sleep(0)
            ended.append(index)

        all_tasks = [asyncio.create_task(yields(i, ops // tasks)) for i in range(tasks)]
        began = time.perf_counter_ns()
        for task in all_tasks:
            await task
        took = time.perf_counter_ns() - began
        assert ended == list(range(tasks))
        return took

    return lambda rep: run_loop(main(rep.ops))


def loop_create(rep):
    async def main():
        total = 0
        began = time.perf_counter_ns()
        for _ in range(rep.ops):
            total += await asyncio.create_task(_one())
        took = time.perf_counter_ns() - began
        assert total == rep.ops
        return took

    return run_loop(main())


def loop_await(rep):
    async def main():
        total = 0
        began = time.perf_counter_ns()
        for _ in range(rep.ops):
            total += await _one()
        took = time.perf_counter_ns() - began
        assert total == rep.ops
        return took

    return run_loop(main())


def loop_timers(rep):
    async def main():
        loop = asyncio.get_running_loop()
        done = loop.create_future()
        left = rep.ops
        total = 0
        began = time.thread_time_ns()

        def fire(i):
            nonlocal left, total
            total += i
            left -= 1
            if left == 0:
                done.set_result(None)

        for i in range(rep.ops):
            loop.call_later(0.1 * (i * 7919 % rep.ops) / rep.ops, fire, i)
        await done
        used = time.thread_time_ns() - began
        assert total == rep.ops * (rep.ops - 1) // 2
        return used

    return run_loop(main())


def loop_to_thread(rep):
    async def main():
        loop = asyncio.get_running_loop()
        with concurrent.futures.ThreadPoolExecutor(1) as executor:
            await loop.run_in_executor(executor, pin, rep.cpus, rep.placement, 1)
            total = 0
            began = time.perf_counter_ns()
            for _ in range(rep.ops):
                total += await loop.run_in_executor(executor, integer, 1)
            took = time.perf_counter_ns() - began
        assert total == rep.ops
        return took

    return run_loop(main())


def loop_bytes(rep):
    """Bytes, not nanoseconds: those that the interpreter asked for."""

    async def main():
        go = asyncio.get_running_loop().create_future()

        async def suspended():
            return await go

        all_tasks = [None] * rep.ops
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        for i in range(rep.ops):
            all_tasks[i] = asyncio.create_task(suspended())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        after = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        go.set_result(1)
        assert sum([await task for task in all_tasks]) == rep.ops
        return after - before

    return run_loop(main())


ROWS = {
    "4a yield, 1 task": (50_000, loop_yield(1)),
    "4a yield, 100 tasks": (100_000, loop_yield(100)),
    "4a yield, 10 000 tasks": (100_000, loop_yield(10_000)),
    "4b create task + await it": (50_000, loop_create),
    "4c await a plain child": (500_000, loop_await),
    "4d 1e5 timers, CPU per timer": (100_000, loop_timers),
    "4e to_thread round trip": (4_000, loop_to_thread),
    "4f bytes per suspended task": (20_000, loop_bytes),
}
