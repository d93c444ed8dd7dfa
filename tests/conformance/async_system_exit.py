# async_system_exit: SystemExit and KeyboardInterrupt end the run at once; the rest of the batch waits for the next one.
# needs: 3.11
# From: bpo-22429 (the run after one that SystemExit had ended stopped at once), and the documentation of asyncio.run.
import asyncio

log = []
loop = asyncio.new_event_loop()
loop.set_exception_handler(lambda loop, context: log.append("reported: " + context["message"].split()[0]))


def run(what, call):
    try:
        ended = call()
    except BaseException as e:
        ended = type(e).__name__
    print(what, ended, loop.is_running(), log)
    log.clear()


def once():
    """One round more."""
    loop.call_soon(loop.stop)
    loop.run_forever()


def leaves(error):
    log.append("leaves")
    raise error()


async def task_leaves(error):
    await asyncio.sleep(0)
    log.append("task")
    raise error()


async def long():
    try:
        await asyncio.sleep(60)
    finally:
        log.append("long ends")


for error in (SystemExit, KeyboardInterrupt):
    # In a callback.
    loop.call_soon(leaves, error)
    loop.call_soon(log.append, "behind")
    run("callback", loop.run_forever)
    run("rest", once)

    # In a done callback.
    future = loop.create_future()
    future.add_done_callback(lambda f: leaves(error))
    future.add_done_callback(lambda f: log.append("second"))
    loop.call_soon(future.set_result, 1)
    run("done callback", loop.run_forever)
    run("rest", once)

    # In the task that is waited for.
    task = loop.create_task(task_leaves(error))
    run("task", lambda: loop.run_until_complete(task))
    print(task.done(), task.cancelled(), type(task.exception()).__name__)

    # In another one.
    other = loop.create_task(task_leaves(error))
    main = loop.create_task(long())
    run("other", lambda: loop.run_until_complete(main))
    print(other.done(), type(other.exception()).__name__, main.done())
    main.cancel()
    run("rest", once)
    run("rest", once)
    print(main.cancelled())

    # In an exception handler.
    loop.set_exception_handler(lambda loop, context: leaves(error))
    loop.call_soon(leaves, ValueError)
    loop.call_soon(log.append, "behind")
    run("handler", lambda: (once(), "went on")[1])
    run("rest", once)
    loop.set_exception_handler(lambda loop, context: log.append("reported: " + context["message"].split()[0]))
loop.close()
