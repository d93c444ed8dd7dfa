# thread_names: names that are given, changed, shared and made up.
# needs: 3.11
# From: the documentation of Thread: a name has no semantics, and several threads may have the same.
import threading


def name_of_this_thread():
    return threading.current_thread().name


def note():
    names.append(name_of_this_thread())


def run(thread):
    thread.start()
    thread.join()
    return names.pop()


names = []
print("main:", threading.main_thread().name, name_of_this_thread())

given = threading.Thread(target=note, name="worker")
print("given:", given.name, run(given), given.name)

changed = threading.Thread(target=note, name="before")
changed.name = "renamed"
print("changed before the start:", changed.name, run(changed))


def rename():
    threading.current_thread().name = "by itself"
    note()


renaming = threading.Thread(target=rename, name="before")
print("changed by itself:", run(renaming), renaming.name)
renaming.name = "afterwards"
print("changed when it has ended:", renaming.name)
renaming.name = ""
print("taken away:", renaming.name == "")

twin = threading.Thread(target=note, name="twin")
other_twin = threading.Thread(target=note, name="twin")
print("shared:", run(twin), run(other_twin), twin == other_twin)

# Long names and other alphabets are kept whole.
long_one = threading.Thread(target=note, name="a name that is longer than the fifteen bytes a kernel keeps")
print("long:", run(long_one))
chinese = threading.Thread(target=note, name="线程")
print("Chinese:", run(chinese))


# Names that are made up count on.
def number(thread):
    return int(thread.name.removeprefix("Thread-"))


first = threading.Thread()
second = threading.Thread(name="")
print("made up:", first.name.startswith("Thread-"), second.name.startswith("Thread-"))
print("next:", number(second) - number(first))
threading.Thread(name="a given one does not count")
third = threading.Thread()
print("next:", number(third) - number(second))

threading.main_thread().name = "first of all"
print("main:", threading.current_thread().name)
