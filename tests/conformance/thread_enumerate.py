# thread_enumerate: who is alive, and who is who.
# needs: 3.11
# From: python/cpython#114423 and the documentation of enumerate(): who has ended is not in the list.
import threading

from show import in_thread

print("alone:", threading.active_count(), threading.enumerate() == [threading.main_thread()])
print("main:", threading.current_thread() == threading.main_thread(), threading.main_thread().is_alive())
print("main from elsewhere:", in_thread(lambda: threading.main_thread() == threading.current_thread()))

go = threading.Event()
started = threading.Semaphore(0)
seen = []


def work():
    seen.append(threading.current_thread())
    started.release()
    go.wait()


threads = [threading.Thread(target=work, name=str(number)) for number in range(4)]
print("made, not started:", threading.active_count(), threads[0] in threading.enumerate())
for thread in threads:
    thread.start()
    started.acquire()
print("started:", threading.active_count())
print("in the list:", [thread.name for thread in threading.enumerate()[1:]])
print("the main thread is first:", threading.enumerate()[0] == threading.main_thread())
print("current_thread() is the object:", seen == threads)
print("and no other's:", seen[0] == threads[1], seen[0] == threading.main_thread())
daemon = threading.Thread(target=go.wait, daemon=True)
daemon.start()
print("a daemon is in it too:", threading.active_count(), daemon in threading.enumerate())
go.set()
for thread in threads:
    thread.join()
daemon.join()
print("ended:", threading.active_count(), threads[0] in threading.enumerate())
print("still the same:", seen[0] == threads[0], seen[0].name, seen[0].is_alive())

# A thread that failed is not in it either.
threading.excepthook = lambda args: None


def fail():
    raise RuntimeError("not any more")


thread = threading.Thread(target=fail)
thread.start()
thread.join()
print("failed:", threading.active_count(), thread.is_alive())
