# pickle_errors: what cannot be pickled or unpickled is refused, and what comes next is not harmed.
# needs: 3.11
# From: rows P10 and P34. Which error it is differs (README.md); that there is one does not.
import pickle
import queue
import threading

from show import outcome


def refused(call):
    try:
        call()
        return False
    except Exception:
        return True


def error_of(call):
    try:
        call()
    except pickle.PickleError as e:
        return isinstance(e, Exception), str(e) != ""


print("hierarchy:", issubclass(pickle.PicklingError, pickle.PickleError), issubclass(pickle.UnpicklingError, pickle.PickleError))
print("and both:", issubclass(pickle.PicklingError, pickle.UnpicklingError))

# What belongs to one process.
print("Lock:", refused(lambda: pickle.dumps(threading.Lock())))
print("Thread:", refused(lambda: pickle.dumps(threading.Thread())))
print("Condition:", refused(lambda: pickle.dumps(threading.Condition())))
print("Queue:", refused(lambda: pickle.dumps(queue.Queue())))
print("in a list:", refused(lambda: pickle.dumps([1, threading.Lock()])))
print("in a dict:", refused(lambda: pickle.dumps({"a": threading.Lock()})))

# Bytes that are none.
whole = pickle.dumps([1, 2, 3])
print("whole:", outcome(lambda: pickle.loads(whole)))
print("nothing:", refused(lambda: pickle.loads(b"")))
print("cut off:", all(refused(lambda: pickle.loads(whole[:size])) for size in range(len(whole))))
print("text:", error_of(lambda: pickle.loads(b"x" * 100)))
print("still whole:", outcome(lambda: pickle.loads(whole)))


# A hook that raises: its own exception comes out, unchanged.
class Troublesome:
    def __init__(self, save, load):
        self.save = save
        self.load = load

    def __getstate__(self):
        if self.save:
            raise ValueError("not to be saved")
        return (self.save, self.load)

    def __setstate__(self, state):
        self.save, self.load = state
        if self.load:
            raise KeyError("load")


def journey(value):
    pickle.loads(pickle.dumps(value))
    return "arrived"


for round in range(2):
    print("saving:", outcome(lambda: journey(Troublesome(True, False))))
    print("loading:", outcome(lambda: journey(Troublesome(False, True))))
    print("saving one of three:", outcome(lambda: journey([Troublesome(False, False), Troublesome(True, False), Troublesome(False, False)])))
    print("loading one of three:", outcome(lambda: journey([Troublesome(False, False), Troublesome(False, True), Troublesome(False, False)])))
    print("neither:", outcome(lambda: journey(Troublesome(False, False))))


# Too deep.
class Node:
    def __init__(self, inside):
        self.inside = inside


def nested(levels):
    node = None
    for _ in range(levels):
        node = Node(node)
    return node


print("100 levels:", outcome(lambda: journey(nested(100))))
print("100000 levels:", refused(lambda: pickle.dumps(nested(100000))))
print("100 levels again:", outcome(lambda: journey(nested(100))))
