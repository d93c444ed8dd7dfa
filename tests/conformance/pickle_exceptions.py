# pickle_exceptions: an exception is itself on the other side, of the same class and with the same text.
# needs: 3.11
# From: row P9's neighbourhood, and bpo-32696 (an exception whose constructor takes other arguments than its text).
import pickle
import queue
import threading

from show import outcome


def raised(error):
    """The outcome of raising what comes out of a pickle of it."""

    def again():
        raise pickle.loads(pickle.dumps(error))

    return outcome(again)


def caught(call):
    try:
        call()
    except BaseException as e:
        return e


print("ValueError:", raised(ValueError("bad value")))
print("without text:", raised(ValueError()))
print("TypeError:", raised(TypeError("bad type")))
print("RuntimeError:", raised(RuntimeError("bad state")))
print("KeyError:", raised(KeyError("k")))
print("LookupError:", raised(LookupError("where")))
print("OverflowError:", raised(OverflowError("too much")))
print("TimeoutError:", raised(TimeoutError()), raised(TimeoutError("late")))
print("EOFError:", raised(EOFError("over")))
print("AssertionError:", raised(AssertionError("never")))
print("queue:", raised(queue.Empty()), raised(queue.Full()))
print("BrokenBarrierError:", raised(threading.BrokenBarrierError()))
print("PicklingError:", raised(pickle.PicklingError("no")), raised(pickle.UnpicklingError("neither")))

# By its base, as one that was raised here.
try:
    raise pickle.loads(pickle.dumps(KeyError("k")))
except LookupError as e:
    print("caught as LookupError:", type(e).__name__)

# Not Exceptions.
print("SystemExit:", pickle.loads(pickle.dumps(SystemExit(3))).code)
try:
    raise pickle.loads(pickle.dumps(KeyboardInterrupt()))
except Exception:
    print("an Exception")
except KeyboardInterrupt:
    print("KeyboardInterrupt")


# One's own: by its text, and with more to it than that.
class Plain(RuntimeError):
    pass


class Coded(RuntimeError):
    def __init__(self, code):
        super().__init__(f"code {code}")
        self.code = code

    def __reduce__(self):
        return (Coded, (self.code,))


print("Plain:", raised(Plain("text")))
print("Coded:", raised(Coded(7)), pickle.loads(pickle.dumps(Coded(7))).code)

# What a call throws, after it was caught.
print("of a call:", raised(caught(lambda: queue.Queue().get(False))))
print("of another:", raised(caught(lambda: threading.Lock().release())))

# Groups.
group = ExceptionGroup("several", [ValueError("a"), ExceptionGroup("inside", [KeyError("b"), TypeError("c")])])
other = pickle.loads(pickle.dumps(group))
print("group:", other.message, len(other.exceptions), raised(group))
print("parts:", type(other.exceptions[0]).__name__, len(other.exceptions[1].exceptions))
print("split:", other.subgroup(KeyError) is not None, other.subgroup(OSError) is not None)

# Several, in a list.
errors = pickle.loads(pickle.dumps([ValueError("a"), None, KeyError("b")]))
print("list:", raised(errors[0]), errors[1] is None, raised(errors[2]))
