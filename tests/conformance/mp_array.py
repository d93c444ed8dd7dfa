# mp_array: an Array, its elements, slices and lock.
# needs: 3.11
# From: the documentation of multiprocessing.Array; bpo-38018 (its slices).
import multiprocessing
from multiprocessing import Array, RawArray

from show import outcome


def put(array, i, value):
    array[i] = value


a = Array("i", 5)
print("zeros:", a[:], len(a))
a = Array("i", [1, 2, 3, 4, 5])
print("elements:", list(a), len(a))
for i in (0, 4, -1, -5, 5, -6, 100):
    print("at", i, outcome(lambda: a[i]))
for i in (0, -1, 5, -6):
    print("set", i, outcome(lambda: put(a, i, 9)))
a[1] += 20
a[2] = a[1]
print("elements:", a[:])

print("1:3", a[1:3])
print("-2:", a[-2:])
print(":2", a[:2])
print("::2", a[::2])
print("::-1", a[::-1])
print("3:0:-2", a[3:0:-2])
print("10:", a[10:])
print("3:1", a[3:1])
print("-100:2", a[-100:2])
print("100:-100:-3", a[100:-100:-3])
print("step 0:", outcome(lambda: a[::0]))
a[0:2] = [7, 8]
print("slice set:", a[:])
print("too few:", outcome(lambda: put(a, slice(0, 2), [7])))
print("too many:", outcome(lambda: put(a, slice(0, 2), [7, 8, 9])))
a[::2] = [4, 5, 6]
a[::-1] = a[:]
print("turned:", a[:], sum(a), max(a))

print("negative size:", outcome(lambda: Array("i", -1)))
print("negative size, raw:", outcome(lambda: RawArray("i", -7)))
print("too large:", outcome(lambda: Array("i", 2**62)))
print("empty:", list(Array("i", [])), len(Array("i", 0)))

# The lock.
with a.get_lock():
    a[0] = 1
    raw = a.get_obj()
    raw[1] = 2
print("raw:", raw[:], raw[-1], outcome(lambda: raw[5]), outcome(lambda: put(raw, -6, 0)))

# Text.
s = Array("c", b"hello")
print("text:", s.value.decode(), len(s))
s.value = b"hi"
print("shorter:", s.value.decode(), list(s.raw))
print("too long:", outcome(lambda: setattr(s, "value", b"toolong")))
s.raw = b"abcde"
print("raw:", s.value.decode(), outcome(lambda: setattr(s, "raw", b"abcdef")))
t = RawArray("c", 4)
print("no text:", t.value.decode() == "", list(t.raw))


# Children.
def add(array, by):
    for i in range(len(array)):
        with array.get_lock():
            array[i] += by


shared = Array("i", range(4))
fork = multiprocessing.get_context("fork")
children = [fork.Process(target=add, args=(shared, 10 ** n)) for n in range(1, 4)]
for child in children:
    child.start()
for child in children:
    child.join()
print("children:", shared[:])
