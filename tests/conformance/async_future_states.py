# async_future_states: what a pending, finished, failed and cancelled future answers, and what it refuses.
# needs: 3.11
# From: the documentation of asyncio.Future.
import asyncio

from show import outcome, said

log = []


def cancelled_text(call):
    """The outcome; a CancelledError too."""
    try:
        return outcome(call)
    except asyncio.CancelledError as e:
        return said(e)


def show(what, f):
    print(what, f.done(), f.cancelled(), "| result:", cancelled_text(f.result), "| exception:",
          cancelled_text(lambda: said(f.exception())))


def attempts(what, f):
    print(what, "again:", outcome(lambda: f.set_result(2)), "|", outcome(lambda: f.set_exception(ValueError("2"))), "|",
          f.cancel(), f.cancel("late"))


async def main():
    loop = asyncio.get_running_loop()
    pending = loop.create_future()
    show("pending", pending)

    finished = loop.create_future()
    finished.set_result(1)
    show("finished", finished)
    attempts("finished", finished)
    show("finished", finished)

    failed = loop.create_future()
    failed.set_exception(ValueError("no"))
    show("failed", failed)
    attempts("failed", failed)
    show("failed", failed)

    cancelled = loop.create_future()
    print(cancelled.cancel())
    show("cancelled", cancelled)
    attempts("cancelled", cancelled)
    show("cancelled", cancelled)

    message = loop.create_future()
    print(message.cancel("enough"))
    show("message", message)
    show("message", message)
    attempts("message", message)
    show("message", message)

    # A cancellation as an exception is one, and not a cancelled future.
    odd = loop.create_future()
    odd.set_exception(asyncio.CancelledError("odd"))
    show("odd", odd)
    attempts("odd", odd)

    # The same future belongs to the loop that it was made in.
    print(pending.get_loop() is loop, asyncio.isfuture(pending), asyncio.isfuture(3))
    pending.cancel()


asyncio.run(main())
