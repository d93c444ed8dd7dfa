# pool_exit: a pool that lives when the program ends finishes what was submitted.
# needs: 3.11
# From: row F16.
import concurrent.futures as futures
import threading

from show import outcome

main_ends = threading.Event()


def work(number):
    main_ends.wait()
    print("task", number)
    return number


executor = futures.ThreadPoolExecutor(1)
fs = [executor.submit(work, number) for number in range(4)]
fs[2].cancel()
fs[3].add_done_callback(lambda f: print("callback:", f.result()))


def follow():
    print("of a task:", outcome(lambda: fs[3].result()))


last = executor.submit(follow)
print("main ends", [f.done() for f in fs])
main_ends.set()
