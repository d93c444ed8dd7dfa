# async_handle_own: a callback that cancels its own handle, or whose handle is cancelled again, goes on to its end.
# needs: 3.11
# From: the documentation of Handle.cancel() ("If the callback has already been canceled or executed, this has no
# effect").
import asyncio

log = []


class Holds:
    """Tells of its end."""

    def __init__(self, name):
        self.name = name

    def __del__(self):
        log.append(f"{self.name} goes")


def cancels(handles, held, rest):
    log.append(f"begins with {held.name}")
    handles[-1].cancel()
    log.append(f"goes on with {held.name} {rest}, {handles[-1].cancelled()}")


async def main():
    loop = asyncio.get_running_loop()
    handles = []
    rest = "and a text that is longer than any small string"
    handles.append(loop.call_soon(cancels, handles, Holds("soon"), rest))
    await asyncio.sleep(0)
    print(log)
    log.clear()
    handles.append(loop.call_later(0.001, cancels, handles, Holds("later"), rest))
    await asyncio.sleep(0.025)
    print(log)

    # Cancelled when it has run; cancelled twice.
    log.clear()
    done = loop.call_soon(log.append, "runs")
    await asyncio.sleep(0)
    print(done.cancelled(), done.cancel(), done.cancelled(), log)
    log.clear()
    never = loop.call_soon(cancels, handles, Holds("never"), rest)
    never.cancel()
    never.cancel()
    print(never.cancelled(), log)
    await asyncio.sleep(0)
    print(log)

    # One cancels the next one of the same round.
    log.clear()
    pair = []
    pair.append(loop.call_soon(lambda: (log.append("first"), pair[1].cancel())))
    pair.append(loop.call_soon(log.append, "second"))
    loop.call_soon(log.append, "third")
    await asyncio.sleep(0)
    print(log)


asyncio.run(main())
