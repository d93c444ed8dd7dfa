# pool_initializer: each worker calls the initializer with its arguments, before it runs anything.
# needs: 3.11
# From: row F12, and bpo-21423, which asked for it.
import concurrent.futures as futures
import threading

lock = threading.Lock()
calls = []
place = threading.local()


def prepare(text, number):
    with lock:
        calls.append((text, number))
    place.value = f"{text} {number}"


barrier = threading.Barrier(3)


def work():
    barrier.wait()
    return place.value


with futures.ThreadPoolExecutor(3, initializer=prepare, initargs=("worker", 7)) as executor:
    print("not used:", calls)
    fs = [executor.submit(work) for _ in range(3)]
    print("values:", [f.result() for f in fs])
    print("calls:", calls)
    fs = [executor.submit(work) for _ in range(3)]
    print("values:", [f.result() for f in fs])
    print("calls:", calls)

# By position, and without arguments.
with futures.ThreadPoolExecutor(1, "named", prepare, ("by position", 1)) as executor:
    print(executor.submit(lambda: place.value).result())


def prepare_alone():
    place.value = threading.current_thread().name


with futures.ThreadPoolExecutor(1, "alone", prepare_alone) as executor:
    print(executor.submit(lambda: place.value).result())
