# contextvars_many: contexts with up to 2000 variables, set, replaced and reset by a fixed series of pseudo-random steps.
# needs: 3.11
# From: python/cpython#93065 (iterating over a context crashed when its tree was deep), and the review of PEP 567's
# implementation, python/cpython#5027 (a value that is equal to the old one was not put in its place).
from contextvars import Context, ContextVar, copy_context

state = 12345


def below(n):
    global state
    state = (state * 1103515245 + 12345) % 2**31
    return (state >> 8) % n


class Tagged:
    """Equal to others of the same number, and yet not the same."""

    def __init__(self, number, tag):
        self.number = number
        self.tag = tag

    def __eq__(self, other):
        return self.number == other.number


def steps(variables):
    tokens = []
    copies = []
    for step in range(3000):
        choice = below(10)
        if choice < 6 or not tokens:
            var = variables[below(len(variables))]
            tokens.append((var, var.set(step)))
        elif choice < 9:
            var, token = tokens.pop(below(len(tokens)))
            var.reset(token)
        elif len(copies) < 5:
            copies.append(copy_context())
    return copies


def checksum(context, variables):
    total = 0
    for at, var in enumerate(variables):
        total = (total * 31 + context.get(var, at)) % 1000003
    return total


for count in (1, 2, 5, 31, 32, 33, 64, 500, 2000):
    variables = [ContextVar(f"v{n}") for n in range(count)]
    context = Context()
    copies = context.run(steps, variables)
    seen = [var for var in context]
    print(count, "variables:", len(context), len(seen), all(var in context for var in seen), checksum(context, variables))
    print("  copies:", [(len(copy), checksum(copy, variables)) for copy in copies])

tagged = ContextVar("tagged")
tagged.set(Tagged(1, "first"))
before = copy_context()
tagged.set(Tagged(1, "second"))
print("equal values:", before == copy_context(), before[tagged].tag, tagged.get().tag)
