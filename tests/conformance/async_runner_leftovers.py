# async_runner_leftovers: the end of a run cancels the tasks that are left, waits for them, and reports what they raise.
# needs: 3.11
# From: rows A24 and A18's neighbourhood, and bpo-32314 (run(), whose end cancels all tasks).
import asyncio

from show import outcome, said

log = []


def note(loop, context):
    log.append(f"report: {context['message']}: {said(context['exception'])}, {context['task'].get_name()}")


async def hang(name, then=None):
    try:
        log.append(f"{name} hangs")
        await asyncio.get_running_loop().create_future()
    except asyncio.CancelledError:
        await asyncio.sleep(0.001)
        log.append(f"{name} is through")
        if then is not None:
            raise then
        raise
    finally:
        log.append(f"{name} cleans up")


async def main(raises):
    asyncio.get_running_loop().set_exception_handler(note)
    asyncio.create_task(hang("a"), name="A")
    asyncio.create_task(hang("b", ValueError("in the end")), name="B")
    asyncio.create_task(hang("never"), name="N")
    await asyncio.sleep(0)
    tasks = sorted(task.get_name() for task in asyncio.all_tasks() if task is not asyncio.current_task())
    log.append(f"tasks: {tasks}")
    if raises:
        raise RuntimeError("main")
    return "main's result"


for raises in (False, True):
    log.clear()
    print(outcome(lambda: asyncio.run(main(raises))))
    for line in log[:4]:
        print(" ", line)
    for line in sorted(log[4:]):
        print(" ", line)


# One that refuses: it runs to its end.
async def refuses():
    for n in range(3):
        try:
            await asyncio.sleep(0.002)
            log.append(f"slept {n}")
        except asyncio.CancelledError:
            log.append(f"refused in {n}")


async def leaves(function):
    asyncio.create_task(function())
    await asyncio.sleep(0)


log.clear()
asyncio.run(leaves(refuses))
print(log)


# Callbacks and a task that begins another one in the end.
async def begins_another():
    try:
        await asyncio.sleep(30)
    except asyncio.CancelledError:
        log.append(f"another: {await asyncio.create_task(asyncio.sleep(0, 'made'))}")
        asyncio.get_running_loop().call_soon(log.append, "callback")
        raise


log.clear()
asyncio.run(leaves(begins_another))
print(log)

# Cancelled before it began.
log.clear()


async def begins_nothing():
    asyncio.create_task(hang("not begun"))


asyncio.run(begins_nothing())
print(log)
