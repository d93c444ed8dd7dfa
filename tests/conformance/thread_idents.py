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


def work():
    numbers.append((threading.get_ident(), threading.get_native_id()))
    started.release()
    go.wait()


threads = [threading.Thread(target=work) for _ in range(5)]


def as_the_objects_say():
    return [(thread.ident, thread.native_id) for thread in threads]


print("before the start:", as_the_objects_say())
for thread in threads:
    thread.start()
    print("known after start:", thread.ident is not None, thread.native_id is not None)
    started.acquire()
print("as in the thread:", numbers == as_the_objects_say())
idents = {threading.get_ident()}
natives = {threading.get_native_id()}
for ident, native_id in numbers:
    idents.add(ident)
    natives.add(native_id)
print("all different:", len(idents), len(natives))
print("zero:", 0 in idents, 0 in natives)
go.set()
for thread in threads:
    thread.join()
print("kept when they have ended:", numbers == as_the_objects_say())
