# queue_priority: the smallest first, whatever the order of coming.
# needs: 3.11
# From: bpo-31145 (python/cpython#75328): pairs of equal priority are decided by what stands behind it.
import queue

from show import outcome

q = queue.PriorityQueue()
for pair in (3, "c"), (1, "b"), (2, "x"), (1, "a"), (-7, "z"), (3, "b"), (0, ""):
    q.put(pair)
print("size:", q.qsize())
while not q.empty():
    print("get:", q.get())

# Bounded: what does not fit is not there.
three = queue.PriorityQueue(3)
for pair in (5, "e"), (4, "d"), (3, "c"):
    three.put(pair)
print("put:", outcome(lambda: three.put_nowait((1, "a"))))
print("get:", three.get())
print("put:", outcome(lambda: three.put_nowait((1, "a"))))
print("get:", three.get())
print("get:", three.get())
print("get:", three.get())
print("get:", outcome(three.get_nowait))

# A random walk over numbers: always the smallest of those that are there.
numbers = queue.PriorityQueue()
state = 99
digest = 0
for _ in range(20000):
    state = (state * 1103515245 + 12345) % 2147483648
    if numbers.empty() or (state >> 16) % 5 < 3:
        numbers.put((state >> 8) % 1000)
    else:
        digest = (digest * 31 + numbers.get()) % 1000000007
print("walk:", numbers.qsize(), digest)
last = -1
sorted_all_the_way = True
while not numbers.empty():
    item = numbers.get()
    sorted_all_the_way = sorted_all_the_way and last <= item
    last = item
print("drained in order:", sorted_all_the_way)
