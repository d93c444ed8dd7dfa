# thread_daemon: who is a daemon, who makes one, and until when that may change.
# needs: 3.11
# From: row T18, as far as it can be asked.
import threading

from show import in_thread, outcome


def set_daemon(thread, daemon):
    thread.daemon = daemon


def nothing():
    pass


print("main thread:", threading.main_thread().daemon)
print("default:", threading.Thread(target=nothing).daemon)
print("daemon=True:", threading.Thread(target=nothing, daemon=True).daemon)
print("daemon=False:", threading.Thread(target=nothing, daemon=False).daemon)
print("daemon=None:", threading.Thread(target=nothing, daemon=None).daemon)

go = threading.Event()
thread = threading.Thread(target=go.wait)
print("set before start:", outcome(lambda: set_daemon(thread, True)), thread.daemon)
print("and back:", outcome(lambda: set_daemon(thread, False)), thread.daemon)
thread.start()
print("set while it runs:", outcome(lambda: set_daemon(thread, True)), thread.daemon)
print("set to what it is:", outcome(lambda: set_daemon(thread, False)), thread.daemon)
go.set()
thread.join()
print("set when it has ended:", outcome(lambda: set_daemon(thread, True)), thread.daemon)
print("set of the main thread:", outcome(lambda: set_daemon(threading.main_thread(), True)))
print("set of oneself:", in_thread(lambda: set_daemon(threading.current_thread(), True)))

# A thread inherits it from the thread that makes it, not from the one that starts it.
made = []


def make():
    made.append(threading.Thread(target=nothing))
    made.append(threading.Thread(target=nothing, daemon=False))
    made.append(threading.Timer(0, nothing))


maker = threading.Thread(target=make, daemon=True)
maker.start()
maker.join()
print("made by a daemon:", made[0].daemon, made[1].daemon, made[2].daemon)
made[0].start()
made[0].join()
print("started by the main thread:", made[0].daemon)
print("a timer of the main thread:", threading.Timer(0, nothing).daemon)
