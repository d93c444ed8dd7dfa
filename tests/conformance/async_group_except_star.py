# async_group_except_star: what a group leaves with, taken apart by `except*`, at one level and at several.
# needs: 3.13
# From: PEP 654, and the documentation of TaskGroup.
import asyncio

from show_groups import ended, log, rounds, tree


class Refused(Exception):
    pass


class RefusedTwice(Refused):
    pass


async def throws(count, error):
    try:
        await rounds(count)
    finally:
        raise error


async def throwing(*errors):
    async with asyncio.TaskGroup() as group:
        for error in errors:
            group.create_task(throws(1, error))


async def handles(*errors):
    try:
        await throwing(*errors)
        log.append("nothing")
    except* ValueError as group:
        log.append(f"ValueError: {tree(group)}")
    except* Refused as group:
        log.append(f"Refused: {tree(group)}")
    return "handled"


async def nested(*errors):
    async with asyncio.TaskGroup() as group:
        group.create_task(throwing(*errors))
        group.create_task(throws(5, ValueError("outer")))


async def handles_nested(*errors):
    try:
        await nested(*errors)
    except* ValueError as group:
        log.append(f"ValueError: {tree(group)}")
    return "handled"


async def main():
    for errors in (
        (),
        (ValueError("v"),),
        (Refused("r"),),
        (RefusedTwice("t"), ValueError("v"), Refused("r")),
        (ValueError("v"), RuntimeError("other"), Refused("r")),
        (RuntimeError("other"),),
        (ExceptionGroup("inside", [ValueError("v"), RuntimeError("other")]), Refused("r")),
    ):
        log.clear()
        print(await ended(handles(*errors)))
        for line in log:
            print(" ", line)

    for errors in ((ValueError("v"),), (ValueError("v"), Refused("r")), (Refused("r"), Refused("s"))):
        log.clear()
        print(await ended(handles_nested(*errors)))
        for line in log:
            print(" ", line)


asyncio.run(main())
