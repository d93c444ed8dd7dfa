# shared_memory_errors: what a SharedMemory refuses.
# needs: 3.13
# From: row P16.
import os
from multiprocessing import shared_memory

from show import outcome

SharedMemory = shared_memory.SharedMemory
name = f"skc_errors_{os.getpid()}"


def said(call):
    return str(outcome(call)).replace(name, "NAME")


def code(call):
    try:
        call()
        return "nothing"
    except OSError as e:
        return f"{type(e).__name__} {e.errno}"


print("no name:", said(lambda: SharedMemory()))
print("missing:", said(lambda: SharedMemory(name)))
print("no size:", said(lambda: SharedMemory(create=True)))
print("no size, with a name:", said(lambda: SharedMemory(name, create=True, size=0)))
print("negative:", said(lambda: SharedMemory(create=True, size=-1)))
print("negative, attaching:", said(lambda: SharedMemory(name, size=-1)))
print("NUL:", said(lambda: SharedMemory("a\0b")))
print("NUL, creating:", said(lambda: SharedMemory("a\0b", True, 1)))

for create in (False, True):
    print("create:", create)
    print("a/b:", code(lambda: SharedMemory("a/b", create, 1)))
    print("empty:", code(lambda: SharedMemory("", create, 1)))
    print("'/':", code(lambda: SharedMemory("/", create, 1)))
    print("'.':", code(lambda: SharedMemory(".", create, 1)))
    print("300 characters:", code(lambda: SharedMemory("x" * 300, create, 1)))
    print("256 characters:", code(lambda: SharedMemory("x" * 256, create, 1)))

one = SharedMemory(name, True, 1)
print("duplicate:", said(lambda: SharedMemory(name, True, 1)))
print("duplicate by another name:", said(lambda: SharedMemory("/" + name, True, 1)))
print("unlink:", said(one.unlink))
print("unlink twice:", said(one.unlink))
one.close()
print("unlink, closed:", said(one.unlink))
print("close twice:", said(one.close))
print("gone:", said(lambda: SharedMemory(name)))

# An empty file of that name. CPython attaches before it looks, and unlinks nothing.
path = "/dev/shm/" + name
os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
print("empty file:", said(lambda: SharedMemory(name)))
print("is it still there?", os.path.exists(path))
os.unlink(path)
