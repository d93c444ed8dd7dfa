# thread_idents: numbers of threads: none before the start, their own while they run, kept afterwards.
# needs: 3.11
# From: the documentation of get_ident(), get_native_id() and Thread.ident.
import os
import threading

print("main:", threading.get_ident() == threading.main_thread().ident)
print("main, native:", threading.get_native_id() == threading.main_thread().native_id == os.getpid())

go = threading.Event()
started = threading.Semaphore(0)
numbers = []


def work(me):
    numbers.append((threading.get_ident(), threading.get_native_id()))
    started.release()
    go.wait()


threads = [threading.Thread(target=work, args=(None,)) for _ in range(5)]
print("before the start:", [thread.ident for thread in threads], [thread.native_id for thread in threads])
for thread in threads:
    thread.start()
    print("known after start:", thread.ident is not None, thread.native_id is not None)
    started.acquire()
print("as in the thread:", numbers == [(thread.ident, thread.native_id) for thread in threads])
idents = {threading.get_ident()} | {thread.ident for thread in threads}
natives = {threading.get_native_id()} | {thread.native_id for thread in threads}
print("all different:", len(idents), len(natives))
print("zero:", 0 in idents, 0 in natives)
go.set()
for thread in threads:
    thread.join()
print("kept when they have ended:", numbers == [(thread.ident, thread.native_id) for thread in threads])
