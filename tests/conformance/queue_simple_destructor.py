# queue_simple_destructor: an item may use the queue when it is destroyed.
# needs: 3.11
# From: row Q5, and bpo-14976: put() from a destructor hung, because the queue's lock was held.
import queue

q = queue.SimpleQueue()
log = []


class Item:
    def __init__(self, number):
        self.number = number

    def __del__(self):
        log.append((self.number, q.qsize()))
        if self.number > 0:
            q.put(Item(self.number - 1))


q.put(Item(3))
q.put(Item(1))
rounds = 0
while not q.empty():
    q.get()
    rounds += 1
print("rounds:", rounds)
print("number and size at each end:", log)

# The queue goes with items in it that use another one.
other = queue.SimpleQueue()


class Last:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        other.put(self.name)


going = queue.SimpleQueue()
for name in "a", "b", "c":
    going.put(Last(name))
name = going.get().name
print("one taken:", name, other.qsize())
going = None
print("the queue is gone:", other.qsize())
print("left:", sorted([other.get(), other.get(), other.get()]))
