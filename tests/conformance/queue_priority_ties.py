# queue_priority_ties: items of equal priority come out in the very order in which CPython's heap gives them.
# needs: 3.11
# From: row Q4's neighbourhood and bpo-31145, whose answer is to compare the priority alone.
import queue


class Item:
    def __init__(self, priority, number):
        self.priority = priority
        self.number = number

    def __lt__(self, other):
        return self.priority < other.priority


def numbers(q):
    result = []
    while not q.empty():
        result.append(q.get().number)
    return result


q = queue.PriorityQueue()
for number in range(20):
    q.put(Item(0, number))
print("all equal:", numbers(q))
for number in range(20):
    q.put(Item(number % 3, number))
print("three priorities:", numbers(q))
for number in range(20):
    q.put(Item(-(number // 4), number))
print("falling:", numbers(q))
for number in range(10):
    q.put(Item(1, number))
    q.put(Item(1, 100 + number))
    print("one of two:", q.get().number)
print("the rest:", numbers(q))


def walk(seed, priorities):
    q = queue.PriorityQueue()
    state = seed
    digest = 0
    for number in range(5000):
        state = (state * 1103515245 + 12345) % 2147483648
        if q.empty() or (state >> 16) % 5 < 3:
            q.put(Item((state >> 8) % priorities, number))
        else:
            item = q.get()
            digest = (digest * 31 + item.priority * 7 + item.number) % 1000000007
    print("walk", seed, priorities, q.qsize(), digest)
    for number in numbers(q):
        digest = (digest * 31 + number) % 1000000007
    print("drained:", digest)


for seed in 1, 2, 3:
    for priorities in 1, 2, 7, 100:
        walk(seed, priorities)
