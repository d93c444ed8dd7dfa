# exception_group_states: what an ExceptionGroup says and holds, and what none is made of.
# needs: 3.13
# From: PEP 654, and the documentation of ExceptionGroup.
from show import outcome
from show_groups import tree


def show(group):
    print(repr(group.message), len(group.exceptions), str(group), tree(group))


show(ExceptionGroup("one", [ValueError("v")]))
show(ExceptionGroup("two", [ValueError("v"), KeyError()]))
show(ExceptionGroup("", [ValueError()]))
show(ExceptionGroup("several\nlines", [ValueError("v")]))
inner = ExceptionGroup("inner", [ValueError("v"), ValueError("w")])
show(ExceptionGroup("outer", [inner, KeyError(), inner]))
show(ExceptionGroup("deep", [ExceptionGroup("deeper", [ExceptionGroup("deepest", [KeyError()])])]))
show(ExceptionGroup("many", [ValueError(f"{number}") for number in range(12)]))

print(outcome(lambda: ExceptionGroup("none", [])))
print(outcome(lambda: ExceptionGroup("not one", [None])))
print(outcome(lambda: ExceptionGroup("not one", [ValueError(), None, KeyError()])))
print(outcome(lambda: ExceptionGroup("one", [ValueError("v")]).derive([])))

# Another one with the same message; what was given stays the same.
error = ValueError("v")
group = ExceptionGroup("group", [error, KeyError()])
show(group.derive([KeyError()]))
show(group.derive([group, error]))
print(group.derive([error]).exceptions[0] is error, group.exceptions[0] is error)

# It is an Exception, and is caught as one.
try:
    raise group
except ValueError as e:
    print("not this")
except Exception as e:
    print(tree(e), e is group)
