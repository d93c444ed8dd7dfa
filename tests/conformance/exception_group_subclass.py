# exception_group_subclass: groups of one's own kind, alone and inside of others, found by their kind.
# needs: 3.13
# From: PEP 654, whose example is such a class, and the documentation of BaseExceptionGroup.derive.
from show_groups import tree


class Failures(ExceptionGroup):
    pass


class OfTheDisk(Failures):
    pass


def kinds(group):
    """The groups inside, by kind."""
    if group is None:
        return None
    return [f"{type(e).__name__}" for e in group.exceptions]


def named(text):
    return str(text).replace("Failures: ", "ExceptionGroup: ").replace("OfTheDisk: ", "ExceptionGroup: ")


inner = Failures("inner", [ValueError("a"), KeyError()])
disk = OfTheDisk("disk", [ValueError("b")])
group = ExceptionGroup("outer", [inner, ValueError("c"), disk])

print(kinds(group))
for kind in (Failures, OfTheDisk, ExceptionGroup):
    matching, rest = group.split(kind)
    print(kind.__name__, named(tree(matching)), named(tree(rest)), kinds(matching) if matching is not group else "whole")

# Of its own kind as a whole.
for kind in (Failures, OfTheDisk, ExceptionGroup):
    matching, rest = disk.split(kind)
    print(kind.__name__, named(tree(matching)), named(tree(rest)))
    matching, rest = inner.split(kind)
    print(kind.__name__, named(tree(matching)), named(tree(rest)))

# Caught by its kind.
for thrown in (inner, disk, group):
    try:
        raise thrown
    except OfTheDisk as e:
        print("OfTheDisk", e.message)
    except Failures as e:
        print("Failures", e.message)
    except ExceptionGroup as e:
        print("ExceptionGroup", e.message)
