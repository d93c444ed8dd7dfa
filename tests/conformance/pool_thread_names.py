# pool_thread_names: a worker's name is the pool's prefix and its number; pools without a prefix are numbered.
# needs: 3.11
# From: bpo-27664, which asked for the prefix.
import concurrent.futures as futures
import threading


def names(executor, number):
    barrier = threading.Barrier(number)

    def name():
        barrier.wait()
        return threading.current_thread().name

    with executor:
        fs = [executor.submit(name) for _ in range(number)]
        return sorted(f.result() for f in fs)


first = futures.ThreadPoolExecutor(2)
given = futures.ThreadPoolExecutor(max_workers=3, thread_name_prefix="special")
second = futures.ThreadPoolExecutor(1)
print(names(second, 1))
print(names(given, 3))
print(names(first, 2))
print(names(futures.ThreadPoolExecutor(1, ""), 1))
print(names(futures.ThreadPoolExecutor(1, "by position"), 1))
print(names(futures.ThreadPoolExecutor(2, "special"), 2))
print(names(futures.ThreadPoolExecutor(None, "no number"), 1))
print(names(futures.ThreadPoolExecutor(), 1))


def about():
    thread = threading.current_thread()
    return thread.daemon, thread.is_alive(), thread is threading.main_thread()


with futures.ThreadPoolExecutor(1) as executor:
    print(executor.submit(about).result())
