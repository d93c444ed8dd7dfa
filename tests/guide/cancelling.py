# cancelling: what a cancelled task owes, and who may keep it waiting, as docs/porting_asyncio_cancelling.md
# shows it.
# needs: 3.11
import asyncio


# [owes]
async def careful():
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        print("cleaning up")
        raise
# [/owes]


# [broad]
async def broad():
    try:
        await asyncio.sleep(60)
    except Exception as error:  # Not a CancelledError.
        print(f"never: {error}")
# [/broad]


async def work():
    raise ValueError("the work failed")


async def close_it():
    await asyncio.sleep(0)
    print("closed")


# [finally]
async def tidy():
    try:
        await work()
    finally:
        await close_it()
# [/finally]


async def report(error):
    await asyncio.sleep(0)
    print(f"reported: {error}")


# [handler]
async def reporting():
    try:
        await work()
    except ValueError as error:
        await report(error)
        raise
# [/handler]


# [uncancel]
async def goes_on():
    task = asyncio.current_task()
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        print(f"asked {task.cancelling()} time(s) to end")
        task.uncancel()
    await asyncio.sleep(0)
    return f"went on, {task.cancelling()} left"
# [/uncancel]


# [timeout]
async def limited():
    try:
        async with asyncio.timeout(0.01):
            await careful()
    except TimeoutError:
        print("too late")
# [/timeout]


async def save(may_save):
    await may_save.wait()
    print("saved")


# [shield]
async def saving(may_save):
    task = asyncio.create_task(save(may_save))
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        print("not before it is saved")
        await task
        raise
# [/shield]


async def cancelled(task):
    await asyncio.sleep(0)
    task.cancel()
    try:
        return await task
    except asyncio.CancelledError:
        return "cancelled"


async def main():
    print(await cancelled(asyncio.create_task(careful())))
    print(await cancelled(asyncio.create_task(broad())))
    try:
        await tidy()
    except ValueError as error:
        print(error)
    try:
        await reporting()
    except ValueError as error:
        print(error)
    print(await cancelled(asyncio.create_task(goes_on())))
    await limited()

    may_save = asyncio.Event()
    task = asyncio.create_task(saving(may_save))
    await asyncio.sleep(0)
    task.cancel()
    for _ in range(5):
        await asyncio.sleep(0)
    print(f"done: {task.done()}")
    may_save.set()
    print(await cancelled(task))


asyncio.run(main())
