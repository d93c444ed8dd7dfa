# mp_value: a Value, its lock, and a RawValue.
# needs: 3.11
# From: the documentation of multiprocessing.Value; the lock's errors are those of row P39.
import ctypes
import multiprocessing
from multiprocessing import Lock, RawValue, Value

from show import in_thread, outcome

v = Value("i", 7)
print("value:", v.value)
v.value = -5
print("set:", v.value, v.get_obj().value)
print("default:", Value("i").value, RawValue("l").value)
print("char:", Value("c", b"x").value.decode())
print("bool:", Value(ctypes.c_bool, True).value)
big = Value("q", 2**63 - 1)
print("64 bits:", big.value)

# The lock is an RLock, which belongs to a thread.
with v:
    v.value += 1
with v.get_lock():
    v.value += 1
    print("another thread:", in_thread(lambda: v.acquire(False)))
print("added:", v.value)
print("acquire:", v.acquire(), v.acquire(True, 0.5), v.acquire(False))
print("another thread's release:", in_thread(v.release))
print("release:", v.release(), v.release(), v.release())
print("release once more:", outcome(v.release))

# A lock that is there, for two values.
lock = Lock()
a = Value("i", 1, lock=lock)
b = Value("d", 2, lock=lock)
print("the same lock:", a.get_lock() is b.get_lock())
with a.get_lock():
    print("locked:", b.acquire(False), lock.acquire(False))
print("free:", b.acquire(False), outcome(b.release))
print("released too often:", outcome(lock.release))

# None.
raw = Value("i", 3, lock=False)
raw.value += 1
print("no lock:", raw.value)


# A struct, shared with a child.
class Point(ctypes.Structure):
    _fields_ = [("x", ctypes.c_int), ("y", ctypes.c_int)]


def move(point, count):
    with point.get_lock():
        point.x += 10
        point.y = -point.x
    with count.get_lock():
        count.value += 1


point = Value(Point, 1, 2)
count = Value("i", 0)
fork = multiprocessing.get_context("fork")
children = [fork.Process(target=move, args=(point, count)) for _ in range(3)]
for child in children:
    child.start()
for child in children:
    child.join()
print("moved:", point.x, point.y, count.value)
