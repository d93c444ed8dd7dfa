# pickle_hooks: when an object's own hooks are called, in which order, and how often.
# needs: 3.11
# From: the documentation of pickle ("Pickling Class Instances"); hooks of what is inside are called on the way.
import pickle


class Logged:
    def __init__(self, name, inside=None):
        self.name = name
        self.inside = inside

    def __getstate__(self):
        print("save", self.name)
        return (self.name, self.inside)

    def __setstate__(self, state):
        self.name, self.inside = state
        print("load", self.name)


def journey(title, value):
    print(title)
    data = pickle.dumps(value)
    print("between")
    return pickle.loads(data)


journey("one", Logged("a"))
journey("a list", [Logged("a"), Logged("b")])
journey("a dict", {1: Logged("a"), 2: Logged("b")})
journey("a tuple", (Logged("a"), 5, Logged("b")))
journey("one inside of another", Logged("outer", Logged("inner")))
shared = Logged("shared")
journey("the same twice", [shared, shared])
back = journey("inside of two", [Logged("a", shared), Logged("b", shared)])
print(back[0].inside is back[1].inside)

# Pickled twice, it is saved twice.
print("twice")
print(pickle.dumps(Logged("a")) == pickle.dumps(Logged("a")))
