# async_fork: a child that a coroutine forks has no running loop, and runs one of its own.
# needs: 3.8
# From: the documentation of os.fork() and asyncio.get_running_loop(); CPython sets the running loop back after a fork.
import asyncio
import os
import sys


def outcome(call):
    try:
        return str(call())
    except Exception as error:
        return f"{type(error).__name__}: {error}"


async def inner(value):
    await asyncio.sleep(0.001)
    return value


async def main():
    loop = asyncio.get_running_loop()
    pid = os.fork()
    if pid == 0:
        print("child", outcome(asyncio.get_running_loop))
        print("child", outcome(asyncio.current_task))
        print("child", loop.is_running(), loop.is_closed(), len(asyncio.all_tasks(loop)))
        print("child", outcome(lambda: asyncio.run(inner("inner"))))
        print("child", outcome(asyncio.get_running_loop))
        print("child", outcome(lambda: loop.close()))
        print("child", outcome(lambda: loop.run_forever()))
        loop.call_soon(print, "never printed")
        try:
            await asyncio.sleep(0.001)
        except RuntimeError as error:
            print("child", error)
        sys.stdout.flush()
        os._exit(3)
    _, status = os.waitpid(pid, 0)
    print("parent", os.WEXITSTATUS(status), await inner("goes on"))


asyncio.run(main())
