# local_values: every thread has values of its own, made anew by the class's __init__ with the same arguments.
# needs: 3.11
# From: bpo-1522237 (arguments for a class that takes none) and python/cpython#121655, whose first form ran
# __init__ twice in a thread.
import threading

from show import in_thread

lock = threading.Lock()
made = []


class Data(threading.local):
    def __init__(self, start, step):
        with lock:
            made.append(threading.current_thread().name)
        self.value = start
        self.step = step
        self.words = []


data = Data(10, 5)
print("first use:", data.value, data.step, data.words)
data.value += data.step
data.words.append("main")
print("main:", data.value, data.words)

together = threading.Barrier(4)
results = {}


def work(number):
    for _ in range(number):
        data.value += data.step
    data.words.append(threading.current_thread().name)
    together.wait()
    results[number] = (data.value, list(data.words))


threads = [threading.Thread(target=work, args=(number,), name=f"worker {number}") for number in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
for number in range(4):
    print("worker", number, results[number])
print("main, as it was:", data.value, data.words)
print("made once in each:", sorted(made))
print("a later thread:", in_thread(lambda: data.value))

# Two objects of one class have nothing in common.
other = Data(1, 1)
other.value += 100
print("two objects:", data.value, other.value)
print("elsewhere:", in_thread(lambda: data.value + other.value))
