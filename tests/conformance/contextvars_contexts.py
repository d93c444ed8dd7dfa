# contextvars_contexts: what runs in a context, what stays in it, and who may enter it.
# needs: 3.11
# From: PEP 567 (Context.run, copy_context; a context is entered once at a time; threads start with an empty one).
import re
import threading
from contextvars import Context, ContextVar, copy_context

from show import in_thread, outcome


def masked(call):
    return re.sub("0x[0-9a-f]+", "0x...", str(outcome(call)))


var = ContextVar("var")
other = ContextVar("other", default=100)
context = Context()
print("new:", len(context), var in context, context.get(var), context.get(var, -1))
print("missing key:", masked(lambda: context[var]))
print("a default is no value:", context.get(other), masked(lambda: context[other]).startswith("KeyError"))


def add(a, b):
    var.set(a + b)
    return var.get() * 10


print("run:", context.run(add, 1, 2))
print("kept:", context[var], "here:", var.get() if var in copy_context() else "nothing")


def fail():
    var.set(99)
    raise ValueError("from inside")


print("an exception:", outcome(lambda: context.run(fail)))
print("kept:", context[var], len(context))
print("entered again:", context.run(var.get))

print("nested in itself:", masked(lambda: context.run(context.run, var.get)))
print("nested in a copy:", context.run(lambda: context.copy().run(var.get)))
print("from another thread:", masked(lambda: context.run(in_thread, lambda: context.run(var.get))))


word = ContextVar("var")


def inner():
    word.set("inner")
    return word.get()


def outer():
    word.set("outer")
    return Context().run(inner), word.get()


word.set("thread")
print("nested in another:", *context.run(outer))
print("here:", word.get())

snapshot = copy_context()
word.set("later")
print("a copy is not changed:", snapshot[word], word.get())
print("equal:", snapshot == copy_context(), snapshot == snapshot.copy(), snapshot != snapshot.copy())
word.set("thread")
print("equal again:", snapshot == copy_context())
same_name = ContextVar("var")
print("another of that name:", same_name in snapshot, same_name == word)
print("variables:", sorted(v.name for v in snapshot))

print("a thread starts empty:", in_thread(lambda: word.get("nothing") + str(len(copy_context()))))
print("unless it is given one:", in_thread(lambda: snapshot.run(word.get)))
first, second = threading.Event(), threading.Event()


def hold():
    word.set("held")
    first.set()
    second.wait()


holder = threading.Thread(target=lambda: snapshot.run(hold))
holder.start()
first.wait()
print("while a thread is in it:", masked(lambda: snapshot.run(word.get)))
print("it can be looked at:", snapshot[word], snapshot.copy().run(word.get))
second.set()
holder.join()
print("afterwards:", snapshot.run(word.get), word.get())
