# async_stop: stop() ends the loop after the round that runs; what came in it waits for the next run.
# needs: 3.11
# From: the documentation of loop.stop, and bpo-25593 (stop() ended the round in the middle).
import asyncio

from show import outcome

log = []
loop = asyncio.new_event_loop()


def take():
    taken = list(log)
    log.clear()
    return taken


# Before the loop runs: one round.
loop.call_soon(log.append, "a")
loop.call_soon(lambda: loop.call_soon(log.append, "nested"))
loop.call_soon(log.append, "b")
loop.stop()
loop.run_forever()
print(take(), loop.is_running())
loop.stop()
loop.run_forever()
print(take())

# In a callback: the rest of the batch runs.
loop.call_soon(log.append, "before")
loop.call_soon(loop.stop)
loop.call_soon(lambda: loop.call_soon(log.append, "next time"))
loop.call_soon(log.append, "behind")
loop.run_forever()
print(take())
loop.call_soon(loop.stop)
loop.run_forever()
print(take())

# Twice is once.
loop.call_soon(loop.stop)
loop.call_soon(loop.stop)
loop.run_forever()
loop.call_soon(log.append, "x")
loop.call_soon(loop.stop)
loop.run_forever()
print(take())


# run_until_complete of what does not end.
async def steps():
    for number in range(3):
        log.append(str(number))
        await asyncio.sleep(0)
    return "steps"


task = loop.create_task(steps())
loop.call_soon(loop.stop)
print(outcome(lambda: loop.run_until_complete(task)), take())
print(outcome(lambda: loop.run_until_complete(task)), take())
# Finished already.
loop.call_soon(log.append, "also")
print(outcome(lambda: loop.run_until_complete(task)), take())
loop.close()
