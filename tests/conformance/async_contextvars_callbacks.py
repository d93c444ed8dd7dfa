# async_contextvars_callbacks: callbacks run in a copy of the context in which they were given, or in one that is named.
# needs: 3.12
# From: PEP 567 (call_soon, call_later, call_at, add_done_callback and, by the same rule, readers and signal handlers).
import asyncio
import os
import signal
import socket
from contextvars import ContextVar, copy_context

var = ContextVar("var", default="default")
log = []


def note(what):
    log.append(f"{what}: {var.get()}")
    var.set("changed by " + what)


async def main():
    loop = asyncio.get_running_loop()
    var.set("soon")
    soon = loop.call_soon(note, "call_soon")
    var.set("threadsafe")
    loop.call_soon_threadsafe(note, "call_soon_threadsafe")
    var.set("later")
    loop.call_later(0, note, "call_later")
    var.set("at")
    loop.call_at(loop.time() - 1, note, "call_at")
    var.set("done")
    future = loop.create_future()
    future.add_done_callback(lambda f: note("add_done_callback"))
    future.set_result(None)
    context = copy_context()
    context.run(var.set, "given")
    loop.call_soon(note, "with a context", context=context)
    loop.call_later(0, note, "later with a context", context=context)
    print("handle:", soon.get_context()[var])
    var.set("at the end")
    await asyncio.sleep(0.005)
    for line in sorted(log):
        print(line)
    print(var.get(), "|", context[var])

    log.clear()
    left, right = socket.socketpair()
    var.set("reader")
    loop.add_reader(left, lambda: (note("add_reader"), left.recv(1)))
    var.set("writer")
    loop.add_writer(right, lambda: (note("add_writer"), loop.remove_writer(right)))
    var.set("signal")
    loop.add_signal_handler(signal.SIGUSR1, note, "add_signal_handler")
    var.set("at the end")
    right.send(b"x")
    os.kill(os.getpid(), signal.SIGUSR1)
    while len(log) < 3:
        await asyncio.sleep(0.001)
    for line in sorted(log):
        print(line)
    # The same registration again: in the same context.
    right.send(b"y")
    while len(log) < 4:
        await asyncio.sleep(0.001)
    print(log[3])
    print(var.get())
    loop.remove_reader(left)
    loop.remove_signal_handler(signal.SIGUSR1)
    left.close()
    right.close()


asyncio.run(main())
