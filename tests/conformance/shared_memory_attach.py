# shared_memory_attach: two handles of one block, and what close() and unlink() leave.
# needs: 3.13
# From: bpo-35813, which added the module; python/cpython#82300 (who only attaches unlinks nothing).
import os
import subprocess
import sys
from multiprocessing import shared_memory

from show import outcome

SharedMemory = shared_memory.SharedMemory
name = f"skc_attach_{os.getpid()}"


def said(call):
    return str(outcome(call)).replace(name, "NAME")


a = SharedMemory(name, create=True, size=10)
print("size:", a.size, len(a.buf))
print("zero:", all(byte == 0 for byte in a.buf))
a.buf[0] = 1
a.buf[9] = 255
b = SharedMemory(name, size=99)
print("the same bytes:", b.buf[0], b.buf[9])
b.buf[0] = 2
print("both ways:", a.buf[0])
print("repr:", said(lambda: repr(b)))

# A name with a slash in front is the same.
c = SharedMemory("/" + name)
print("by /name:", c.buf[0], said(lambda: c.name))
c.close()

# Another process changes it and ends.
subprocess.run([sys.executable, "-c", f"""
from multiprocessing import shared_memory
shm = shared_memory.SharedMemory({name!r}, track=False)
shm.buf[1] = 77
shm.close()
"""], check=True)
print("another process:", a.buf[1])

# Closing one does not touch the other; nor does unlinking.
a.close()
print("closed:", a.size, said(lambda: a.name))
print("open:", b.buf[9])
again = SharedMemory(name)
print("attached again:", again.buf[0])
a.unlink()
print("unlinked:", b.buf[9], again.buf[0])
print("attach:", said(lambda: SharedMemory(name)))

# The name is free, for a block that has nothing to do with the old one.
new = SharedMemory(name, create=True, size=20)
print("new:", new.size, new.buf[0], b.size, b.buf[0])
b.close()
again.close()
new.close()
new.unlink()

# A random name.
d = SharedMemory(create=True, size=5000)
e = SharedMemory(d.name)
e.buf[4999] = 3
print("random name:", d.buf[4999], d.name == e.name, e.size)
d.close()
e.close()
e.unlink()
