# async_signal_rounds: in which round of the loop a signal's handler is called.
# needs: 3.11
# From: row A32, for signals: CPython reads of them in one round and calls the handler in the next.
import asyncio
import os
import signal

log = []


async def main():
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGUSR1, log.append, "signal")
    os.kill(os.getpid(), signal.SIGUSR1)
    for n in range(4):
        log.append(str(n))
        await asyncio.sleep(0)
    print(log)

    # Once more.
    log.clear()
    os.kill(os.getpid(), signal.SIGUSR1)
    await asyncio.sleep(0)
    log.append("a round")
    await asyncio.sleep(0)
    log.append("another one")
    await asyncio.sleep(0)
    print(log)


asyncio.run(main())
