# exception_group_split: split() and subgroup() by type, by several types and by a condition; shape and order stay.
# needs: 3.13
# From: PEP 654, and the documentation of BaseExceptionGroup.
from show_groups import tree


def show(what, group, *condition):
    matching, rest = group.split(*condition)
    print(what, "|", tree(matching), "|", tree(rest), "|", tree(group.subgroup(*condition)))


class Refused(Exception):
    pass


class RefusedTwice(Refused):
    pass


flat = ExceptionGroup("flat", [ValueError("a"), Refused("b"), ValueError("c"), RefusedTwice("d")])
show("ValueError", flat, ValueError)
show("Refused", flat, Refused)
show("RefusedTwice", flat, RefusedTwice)
show("KeyError", flat, KeyError)
show("Exception", flat, Exception)
show("ExceptionGroup", flat, ExceptionGroup)
show("two types", flat, (ValueError, RefusedTwice))
show("by text", flat, lambda e: str(e) in ("a", "d"))
show("none", flat, lambda e: False)
show("all", flat, lambda e: True)
show("all that is no group", flat, lambda e: not isinstance(e, ExceptionGroup))

deep = ExceptionGroup(
    "top",
    [
        ValueError("1"),
        ExceptionGroup("left", [Refused("2"), ExceptionGroup("low", [ValueError("3"), RefusedTwice("4")])]),
        ExceptionGroup("right", [ValueError("5")]),
        ExceptionGroup("alone", [Refused("6")]),
    ],
)
show("ValueError", deep, ValueError)
show("Refused", deep, Refused)
show("KeyError", deep, KeyError)
show("ExceptionGroup", deep, ExceptionGroup)
show("one group", deep, lambda e: isinstance(e, ExceptionGroup) and e.message == "low")
show("two groups", deep, lambda e: isinstance(e, ExceptionGroup) and e.message in ("left", "low"))
show("by text", deep, lambda e: str(e) in ("3", "5"))

# What the condition is asked of, in which order.
asked = []
deep.split(lambda e: asked.append(tree(e).partition(" [")[0]))
for line in asked:
    print(line)
asked.clear()
deep.subgroup(lambda e: asked.append(tree(e).partition(" [")[0]) or str(e).startswith("left"))
print(len(asked), asked[-1])

# The whole of it and its parts are the same objects.
matching, rest = deep.split(ValueError)
print(matching.exceptions[0] is deep.exceptions[0], matching.message, rest.message)
print(tree(deep.subgroup(ValueError).subgroup(Refused)))


# A condition that fails.
def fails(error):
    raise KeyError


for ask in (flat.split, flat.subgroup):
    try:
        ask(fails)
    except KeyError:
        print("KeyError")
