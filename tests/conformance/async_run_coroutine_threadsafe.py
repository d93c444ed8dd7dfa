# async_run_coroutine_threadsafe: another thread has the loop run coroutines, waits for them, and cancels them.
# needs: 3.11
# From: the documentation of run_coroutine_threadsafe(), and python/cpython#105836 (a future that was cancelled left
# its task running).
import asyncio
import concurrent.futures as futures
import threading

from show import outcome

log = []


async def work(number):
    await asyncio.sleep(0)
    if number < 0:
        raise ValueError(f"number {number}")
    return number * 10


async def hang(ended):
    try:
        log.append("hangs")
        await asyncio.get_running_loop().create_future()
    except asyncio.CancelledError:
        log.append("cancelled")
        raise
    finally:
        ended.set()


async def cancels_itself():
    asyncio.current_task().cancel()
    await asyncio.sleep(0)


loop = asyncio.new_event_loop()
thread = threading.Thread(target=loop.run_forever)
thread.start()

print(asyncio.run_coroutine_threadsafe(work(1), loop).result(30))
print(outcome(lambda: asyncio.run_coroutine_threadsafe(work(-1), loop).result(30)))
several = [asyncio.run_coroutine_threadsafe(work(n), loop) for n in range(5)]
print([future.result(30) for future in several])

# Cancelled from here: the task over there is, too.
ended = threading.Event()
future = asyncio.run_coroutine_threadsafe(hang(ended), loop)
while not log:
    ended.wait(0.001)
print(future.cancel(), future.cancelled())
ended.wait(30)
print(log, outcome(lambda: future.result(0)))

# The time of the one who waits is up; the task goes on until somebody cancels it.
log.clear()
ended.clear()
future = asyncio.run_coroutine_threadsafe(hang(ended), loop)
print(outcome(lambda: future.result(0.01)), future.done(), ended.is_set())
future.cancel()
ended.wait(30)
print(log)

# The task is cancelled over there.
future = asyncio.run_coroutine_threadsafe(cancels_itself(), loop)
print(outcome(lambda: future.result(30)), future.cancelled())

# Cancelled before the loop has come to it, which is busy.
log.clear()
ended.clear()
go = threading.Event()
loop.call_soon_threadsafe(go.wait)
future = asyncio.run_coroutine_threadsafe(hang(ended), loop)
print(future.cancel())
go.set()
print(asyncio.run_coroutine_threadsafe(work(2), loop).result(30), "hung:", "cancelled" in log and not ended.is_set())

# Waiting by the tools of threads.
several = [asyncio.run_coroutine_threadsafe(work(n), loop) for n in (3, -3)]
print([len(part) for part in futures.wait(several, timeout=30)])

loop.call_soon_threadsafe(loop.stop)
thread.join()
loop.close()
coroutine = work(4)
print(outcome(lambda: asyncio.run_coroutine_threadsafe(coroutine, loop)))
coroutine.close()
