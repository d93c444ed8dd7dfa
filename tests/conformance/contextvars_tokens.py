# contextvars_tokens: what set() leaves for reset(), in and out of order, and what reset() refuses.
# needs: 3.11
# From: PEP 567; the order in which reset() looks for errors is CPython's own.
import re
from contextvars import Context, ContextVar, Token, copy_context

from show import outcome


def masked(call):
    return re.sub("0x[0-9a-f]+", "0x...", str(outcome(call)))


var = ContextVar("var")
other = ContextVar("it's \"another\"\n")
print("name:", var.name)
print("get:", masked(var.get))
print("get of a name to quote:", masked(other.get))
print("get(7):", var.get(7))

first = var.set(1)
second = var.set(2)
print("first saw nothing:", first.old_value is Token.MISSING, first.var is var)
print("second saw:", second.old_value)
print("reset of another variable's:", masked(lambda: other.reset(second)))
print("reset in a copy:", masked(lambda: copy_context().run(var.reset, second)))
print("reset in an empty context:", masked(lambda: Context().run(var.reset, second)))
print("another variable's, elsewhere:", masked(lambda: Context().run(other.reset, second)))
print("still:", var.get())
print("reset:", masked(lambda: var.reset(second)))
print("get:", var.get())
print("again:", masked(lambda: var.reset(second)))
print("again, of another variable:", masked(lambda: other.reset(second)))
print("again, elsewhere:", masked(lambda: Context().run(var.reset, second)))
print("reset to nothing:", masked(lambda: var.reset(first)))
print("get:", masked(var.get))
print("left:", len(copy_context()))

first = var.set(1)
second = var.set(2)
var.reset(first)
print("out of order:", "a value" if var in copy_context() else "nothing")
var.reset(second)
print("and the later one:", var.get())

default = ContextVar("default", default=5)
print("default:", default.get(), default.get(6))
token = default.set(7)
print("set:", default.get(), default.get(6), token.old_value is Token.MISSING)
default.reset(token)
print("reset:", default.get(), default.get(6))
default.reset(default.set(8))
print("set and reset at once:", default.get())
