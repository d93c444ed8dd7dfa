# thread_names: names that are given, changed, shared and made up.
# needs: 3.11
# From: the documentation of Thread: a name has no semantics, and several threads may have the same.
import threading


def name_of_this_thread():
    return threading.current_thread().name


def run(thread):
    thread.start()
    thread.join()
    return names.pop()


names = []
print("main:", threading.main_thread().name, name_of_this_thread())

thread = threading.Thread(target=lambda: names.append(name_of_this_thread()), name="worker")
print("given:", thread.name, run(thread), thread.name)

thread = threading.Thread(target=lambda: names.append(name_of_this_thread()), name="before")
thread.name = "renamed"
print("changed before the start:", thread.name, run(thread))


def rename():
    threading.current_thread().name = "by itself"
    names.append(name_of_this_thread())


thread = threading.Thread(target=rename, name="before")
print("changed by itself:", run(thread), thread.name)
thread.name = "afterwards"
print("changed when it has ended:", thread.name)
thread.name = ""
print("taken away:", thread.name == "")

twins = [threading.Thread(target=lambda: names.append(name_of_this_thread()), name="twin") for _ in range(2)]
print("shared:", run(twins[0]), run(twins[1]), twins[0] == twins[1])

# Long names and other alphabets are kept whole.
name = "a name that is longer than the fifteen bytes a kernel keeps"
thread = threading.Thread(target=lambda: names.append(name_of_this_thread()), name=name)
print("long:", run(thread))
thread = threading.Thread(target=lambda: names.append(name_of_this_thread()), name="线程")
print("Chinese:", run(thread))

# Names that are made up count on.
first = threading.Thread()
second = threading.Thread(name="")
print("made up:", first.name.startswith("Thread-"), second.name.startswith("Thread-"))
print("next:", int(second.name.removeprefix("Thread-")) - int(first.name.removeprefix("Thread-")))
threading.Thread(name="a given one does not count")
third = threading.Thread()
print("next:", int(third.name.removeprefix("Thread-")) - int(second.name.removeprefix("Thread-")))

threading.main_thread().name = "first of all"
print("main:", threading.current_thread().name)
