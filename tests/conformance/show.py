"""What the programs of this folder share; print.h is the same in C++."""

import asyncio
import re
import threading
import time


def outcome(call):
    """What call() returns, or the exception that it raises as "Type: text"."""
    try:
        return call()
    except Exception as e:
        return f"{type(e).__name__}: {e}" if str(e) else type(e).__name__


def in_thread(call):
    """The outcome of call() in a thread of its own."""
    results = []
    thread = threading.Thread(target=lambda: results.append(outcome(call)))
    thread.start()
    thread.join()
    return results[0]


def until(predicate):
    """Comes back once predicate() is true; for what no event announces."""
    while not predicate():
        time.sleep(0.001)


def until_asleep(thread):
    """Comes back once `thread`, a started one, has slept in the kernel for a while."""
    calm = 0
    while calm < 15:
        with open(f"/proc/self/task/{thread.native_id}/stat") as stat:
            state = stat.read().rpartition(")")[2].split()[0]
        calm = calm + 1 if state == "S" else 0
        time.sleep(0.001)


def said(error):
    """An exception as outcome() words it; "None" for None."""
    if error is None:
        return "None"
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


async def awaited(awaitable):
    """What `await awaitable` gives, or what it raises, as outcome() has it; a cancellation too."""
    try:
        return await awaitable
    except (Exception, asyncio.CancelledError) as e:
        return said(e)


async def rounds(count):
    """Some rounds of the loop."""
    for _ in range(count):
        await asyncio.sleep(0)


def bare(thing):
    """The repr of a lock or the str of a queue: no module, no address, no items."""
    text = re.sub(r"<asyncio\.locks\.(\w+) object at 0x[0-9a-f]+", r"<\1", str(thing))
    return re.sub(r" _queue=\[[^]]*\]", "", text)
