# async_debug_never_awaited: what is said of a coroutine that nobody awaits, and in debug mode, where it was called.
# needs: 3.11
# From: row A10, and the documentation's "Detect never-awaited coroutines".
import asyncio
import gc
import re
import warnings

log = []


def hear(message, category, filename, lineno, file=None, line=None):
    lines = str(message).split("\n")
    log.append(lines[0])
    if len(lines) > 1:
        log.append(lines[1])
        functions = [re.search(r"in (\w+)$", text) for text in lines[2:] if __file__ in text]
        log.append(next(f.group(1) for f in functions if f))


async def forgotten():
    log.append("never runs")


async def forgets():
    forgotten()
    await asyncio.sleep(0)
    forgotten()


async def middle():
    await forgets()


async def main_program():
    await middle()
    gc.collect()
    kept = forgotten()
    await kept
    closed = forgotten()
    closed.close()


warnings.showwarning = hear
warnings.simplefilter("always")
for debug in (False, True):
    log.clear()
    asyncio.run(main_program(), debug=debug)
    for line in log:
        print(line)
