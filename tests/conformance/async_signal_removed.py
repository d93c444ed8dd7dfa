# async_signal_removed: a signal's handler that is removed or replaced between the signal and its call.
# needs: 3.11
# From: the documentation of remove_signal_handler(), and row A19. Which handler is called is decided in the round in
# which the loop reads of the signal, and what is queued by then is called.
import asyncio
import os
import signal

log = []


async def main():
    loop = asyncio.get_running_loop()
    for what in ("removed", "replaced", "removed and added"):
        for k in range(5):
            log.clear()
            loop.add_signal_handler(signal.SIGUSR1, log.append, "called")
            os.kill(os.getpid(), signal.SIGUSR1)
            for n in range(5):
                if n == k:
                    log.append(what)
                    if what != "replaced":
                        loop.remove_signal_handler(signal.SIGUSR1)
                    if what != "removed":
                        loop.add_signal_handler(signal.SIGUSR1, log.append, "new")
                log.append(str(n))
                await asyncio.sleep(0)
            loop.remove_signal_handler(signal.SIGUSR1)
            print(k, log)

    # By a callback that was queued before the loop read of it, and by a timer of the same round.
    def remove():
        log.append(f"removed: {loop.remove_signal_handler(signal.SIGUSR1)}")

    for queue in (loop.call_soon, lambda callback: loop.call_at(loop.time() - 1, callback)):
        log.clear()
        loop.add_signal_handler(signal.SIGUSR1, log.append, "called")
        os.kill(os.getpid(), signal.SIGUSR1)
        queue(remove)
        for n in range(3):
            log.append(str(n))
            await asyncio.sleep(0)
        print(log)

    # Both are queued before the first of them removes the other.
    for first, second in ((signal.SIGUSR1, signal.SIGUSR2), (signal.SIGUSR2, signal.SIGUSR1)):
        log.clear()
        loop.add_signal_handler(signal.SIGUSR1, lambda: log.append(f"1 {loop.remove_signal_handler(signal.SIGUSR2)}"))
        loop.add_signal_handler(signal.SIGUSR2, lambda: log.append(f"2 {loop.remove_signal_handler(signal.SIGUSR1)}"))
        os.kill(os.getpid(), first)
        os.kill(os.getpid(), second)
        for _ in range(4):
            await asyncio.sleep(0)
        print(log)
        loop.remove_signal_handler(signal.SIGUSR1)
        loop.remove_signal_handler(signal.SIGUSR2)


asyncio.run(main())
