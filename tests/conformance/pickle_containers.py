# pickle_containers: values of all kinds are equal on the other side.
# needs: 3.11
# From: the documentation of pickle ("What can be pickled and unpickled?").
import pickle

from show import outcome


def copy(value):
    return pickle.loads(pickle.dumps(value))


print("int:", copy(0), copy(-1), copy(2**62))
print("bool:", copy(True), copy(False))
print("str:", copy("text"), len(copy("")), len(copy("x" * 100000)))
print("bytes:", copy(b"a\0b") == b"a\0b", len(copy(b"a\0b")))
print("list:", copy([1, 2, 3]), copy(["a", ""]), len(copy([])))
print("list of lists:", copy([[1], [], [2, 3]]))
print("list of bools:", copy([True, False, True]))
print("tuple:", copy((1, "x", True)))
print("tuple of nothing:", len(copy(())))
print("dict:", list(copy({"a": 1, "b": 2}).items()))
print("dict of lists:", list(copy({1: ["x"], 2: []}).items()))
print("set:", sorted(copy({3, 1, 2})))
print("None:", copy(None), copy([None, 5]))
print("float:", copy(0.1) == 0.1, copy(float("inf")) == float("inf"), copy(float("nan")) == copy(float("nan")))
print("complex:", copy(1 + 2j) == 1 + 2j)


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y


class Path:
    def __init__(self, name, points):
        self.name = name
        self.points = points


point = copy(Point(1, 2))
print("object:", point.x, point.y)
path = copy(Path("way", [Point(1, 2), Point(3, 4)]))
print("object of objects:", path.name, [(p.x, p.y) for p in path.points])

# A copy is one's own.
original = [1, 2]
other = copy(original)
other.append(3)
print("a copy:", original, other)
print("again:", pickle.dumps([1, 2]) == pickle.dumps([1, 2]), pickle.dumps([1, 2]) == pickle.dumps([1, 3]))
print("outcome:", outcome(lambda: copy([1])))
