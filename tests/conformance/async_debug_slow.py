# async_debug_slow: in debug mode what takes long is told of: tasks' steps, callbacks, timers; by whichever it was.
# needs: 3.11
# From: the documentation of debug mode and loop.slow_callback_duration.
import asyncio
import logging
import time

log = []


class Listener(logging.Handler):
    def emit(self, record):
        text = record.getMessage()
        if text.startswith("Executing "):
            what, _, took = text.removeprefix("Executing ").rpartition(" took ")
            log.append(f"{kind(what)} {float(took.split()[0]) >= 0.02}")


def kind(what):
    for name in ("a", "b", "c"):
        if what.startswith("<Task") and f"name='{name}'" in what:
            return f"Task {name} {what.split()[1]}"
    return "Task" if what.startswith("<Task") else "Handle" if "Handle" in what else what


def block():
    time.sleep(0.025)


async def slow(steps):
    for _ in range(steps):
        block()
        await asyncio.sleep(0)


async def fails():
    block()
    raise ValueError("slow and bad")


async def fast():
    for _ in range(10):
        await asyncio.sleep(0)


async def main(debug):
    loop = asyncio.get_running_loop()
    loop.set_debug(debug)
    loop.slow_callback_duration = 0.02
    a = asyncio.create_task(slow(2), name="a")
    b = asyncio.create_task(fails(), name="b")
    c = asyncio.create_task(fast(), name="c")
    await asyncio.wait([a, b, c])
    b.exception()
    log.append("next")
    loop.call_soon(block)
    loop.call_soon(int)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    log.append("timer")
    loop.call_later(0, block)
    await asyncio.sleep(0.001)
    await asyncio.sleep(0)
    loop.slow_callback_duration = 60
    loop.call_soon(block)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    loop.set_debug(False)


logging.getLogger("asyncio").addHandler(Listener())
logging.getLogger("asyncio").propagate = False
for debug in (True, False):
    log.clear()
    asyncio.run(main(debug))
    print(log)
