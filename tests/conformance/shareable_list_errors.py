# shareable_list_errors: what a ShareableList refuses.
# needs: 3.11
# From: bpo-35813; python/cpython#106939 is about what it loses without an error.
import os
from multiprocessing.shared_memory import ShareableList

from show import outcome

name = f"skc_list_{os.getpid()}"


def said(call):
    return str(outcome(call)).replace(name, "NAME")


def put(position, value):
    a[position] = value


a = ShareableList(["seven", 7, None, b"bytes"], name=name)
print("[4]:", said(lambda: a[4]))
print("[100]:", said(lambda: a[100]))
print("[4] = 1:", said(lambda: put(4, 1)))
print("[100] = 1:", said(lambda: put(100, 1)))

print("too long:", said(lambda: put(0, "123456789")))
print("too long, bytes:", said(lambda: put(3, b"123456789")))
print("too long for an int's place:", said(lambda: put(1, "123456789")))
print("too long for None's:", said(lambda: put(2, b"123456789")))
print("nothing has changed:", list(a), a.format)

for value in (8, "nope", b"no\xff", 1e16, 0.5, False, "it's"):
    print("index:", said(lambda: a.index(value)))

print("10 million characters:", said(lambda: ShareableList(["x" * 10**7])))
print("missing:", said(lambda: ShareableList(name=name + "_other")).replace("NAME_other", "NAME"))
print("taken:", said(lambda: ShareableList([1], name=name)))
print("still the old one:", list(ShareableList(name=name)))
a.shm.unlink()
print("its name is gone:", said(lambda: ShareableList(name=name)))
print("it is not:", list(a))
a.shm.close()
