"""What the programs about groups share; print_groups.h is the same in C++."""

import asyncio

from show import rounds, said

log = []


def tree(error):
    """As said(), and of a group also what is in it."""
    if isinstance(error, BaseExceptionGroup):
        return f"{type(error).__name__}: {error.message} [{', '.join(map(tree, error.exceptions))}]"
    return said(error)


async def ended(awaitable):
    """As awaited(), and of a group also what is in it."""
    try:
        return await awaitable
    except (Exception, asyncio.CancelledError) as e:
        return tree(e)


async def gives(count, value):
    """The value, after some rounds."""
    await rounds(count)
    log.append(value)
    return value


async def fails(count, text):
    """Fails after some rounds."""
    await rounds(count)
    log.append(text + " fails")
    raise ValueError(text)


async def waits(name, count=0):
    """Waits for its cancellation, and then for some rounds."""
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        await rounds(count)
        log.append(name + " is cancelled")
        raise


async def spoils(count, text):
    """As waits(), but fails then."""
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        await rounds(count)
        raise ValueError(text)


async def next_await():
    """What the next await of the task comes to."""
    try:
        await asyncio.sleep(0)
        return "goes on"
    except asyncio.CancelledError as e:
        return said(e)
