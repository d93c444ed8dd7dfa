# pickle_shared: what is shared stays shared, within one pickle, and rings of objects come back as rings.
# needs: 3.11
# From: the documentation of pickle ("Comparison with marshal": recursive objects, object sharing).
import pickle


class Node:
    def __init__(self, value, next=None):
        self.value = value
        self.next = next


def copy(value):
    return pickle.loads(pickle.dumps(value))


shared = Node(1)
a, b = copy((shared, shared))
print("twice the same:", a is b, a is shared, a.value)
a.value = 5
print("changed:", b.value, shared.value)

c, d = copy((Node(1), Node(1)))
print("two equal ones:", c is d)

print("two pickles:", copy(shared) is copy(shared))

first = Node(1)
first.next = Node(2, first)
ring = copy(first)
print("ring:", ring.value, ring.next.value, ring.next.next is ring)

own = Node(3)
own.next = own
own = copy(own)
print("itself:", own.value, own.next is own)

nodes = copy([shared, Node(2, shared), None, shared])
print("in a list:", nodes[0] is nodes[3], nodes[1].next is nodes[0], nodes[2] is None)

chain = None
for i in range(100):
    chain = Node(i, chain)
chain = copy(chain)
length = 0
while chain is not None:
    length += 1
    chain = chain.next
print("chain:", length)
