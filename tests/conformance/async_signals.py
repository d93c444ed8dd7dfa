# async_signals: signal handlers are called in the loop, replaced and removed; what is refused.
# needs: 3.11
# From: rows A18 and A19's neighbourhood, and the documentation of add_signal_handler().
import asyncio
import os
import signal
import threading

from show import in_thread, outcome

log = []


async def until(count):
    while len(log) < count:
        await asyncio.sleep(0.001)


async def main():
    loop = asyncio.get_running_loop()
    main_thread = threading.get_ident()
    loop.add_signal_handler(signal.SIGUSR1, lambda: log.append(f"USR1 {threading.get_ident() == main_thread}"))
    loop.add_signal_handler(signal.SIGUSR2, lambda text, n: log.append(text + str(n)), "USR2 ", 2)
    os.kill(os.getpid(), signal.SIGUSR1)
    print("at once:", log)
    await until(1)
    os.kill(os.getpid(), signal.SIGUSR2)
    await until(2)
    print(log)

    # It wakes a loop that sleeps, and one that waits for nothing.
    log.clear()
    killer = threading.Timer(0.01, os.kill, (os.getpid(), signal.SIGUSR1))
    killer.start()
    came = loop.create_future()
    loop.add_signal_handler(signal.SIGUSR1, lambda: came.set_result("woken"))
    print(await came)
    killer.join()

    # Replaced, removed, removed again.
    log.clear()
    loop.add_signal_handler(signal.SIGUSR1, log.append, "replaced")
    os.kill(os.getpid(), signal.SIGUSR1)
    await until(1)
    print(log, loop.remove_signal_handler(signal.SIGUSR1), loop.remove_signal_handler(signal.SIGUSR1))
    print("never had:", loop.remove_signal_handler(signal.SIGHUP))

    # What a handler raises goes the way of all callbacks.
    log.clear()
    loop.set_exception_handler(lambda loop, context: log.append(f"report: {context['exception']}"))

    def fails():
        raise ValueError("in a handler")

    loop.add_signal_handler(signal.SIGUSR1, fails)
    os.kill(os.getpid(), signal.SIGUSR1)
    await until(1)
    print(log)

    # Refused.
    for number in (0, -1, 65, int(signal.SIGKILL), int(signal.SIGSTOP)):
        print(number, outcome(lambda: loop.add_signal_handler(number, print)))
    print(outcome(lambda: loop.remove_signal_handler(0)))
    print(in_thread(lambda: loop.add_signal_handler(signal.SIGHUP, print)))

    # SIGINT and SIGTERM as any other.
    log.clear()
    for number, name in ((signal.SIGINT, "INT"), (signal.SIGTERM, "TERM")):
        loop.add_signal_handler(number, log.append, name)
    os.kill(os.getpid(), signal.SIGINT)
    await until(1)
    os.kill(os.getpid(), signal.SIGTERM)
    await until(2)
    print(log)


asyncio.run(main())

# After the loop's end the default is back.
if os.fork() == 0:
    os.kill(os.getpid(), signal.SIGUSR2)
    os._exit(0)
print("killed by:", os.WTERMSIG(os.wait()[1]) == signal.SIGUSR2)
