# mp_sharedctypes: copy() and synchronized().
# needs: 3.11
# From: the documentation of multiprocessing.sharedctypes.
from multiprocessing import Lock, RawArray, RawValue, Value, sharedctypes

from show import in_thread

raw = RawValue("i", 4)
copy = sharedctypes.copy(raw)
copy.value = 5
print("copied:", raw.value, copy.value)

value = sharedctypes.synchronized(copy)
value.value = 6
print("the same memory:", copy.value, value.get_obj().value)
with value:
    print("a lock of its own:", in_thread(lambda: value.acquire(False)))

lock = Lock()
first = sharedctypes.synchronized(raw, lock)
row = RawArray("i", [1, 2, 3])
second = sharedctypes.synchronized(row, lock)
with first.get_lock():
    print("one lock for both:", second.acquire(False))
second[0] = 9
print("row:", row[:], second[:], len(second))
other = sharedctypes.copy(row)
other[1] = 8
print("copied:", row[:], other[:])
print("of a Value:", sharedctypes.copy(Value("i", 3).get_obj()).value)
