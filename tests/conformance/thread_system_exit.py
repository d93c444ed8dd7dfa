# thread_system_exit: SystemExit ends the thread that raises it, and nothing else.
# needs: 3.11
# From: row T3. A hook of one's own sees it; the default one says nothing.
import threading


def leave():
    log.append("leave")
    raise SystemExit(3)


def hook(args):
    log.append(f"hook: {args.exc_type.__name__}")


def run():
    thread = threading.Thread(target=leave)
    thread.start()
    thread.join()
    return thread.is_alive()


log = []
print("ended:", run(), log)
threading.excepthook = hook
print("ended:", run(), log)
print("threads:", threading.active_count())


# On its way out it can be caught, but not by who catches errors.
def catch():
    try:
        leave()
    except Exception:
        log.append("caught an Exception")
    except BaseException:
        log.append("caught something else")
    log.append("went on")


log.clear()
thread = threading.Thread(target=catch)
thread.start()
thread.join()
print(log)
