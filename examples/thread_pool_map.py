# The two tasks of thread_pool_submit by map(), which calls the function for each element in the
# pool. The results come in the order of the elements, though here the second task is through
# first.
#
# Which task's line comes first is open; what becomes of one task is not.
# demo: unordered [Tt]ask (\d)
# demo: seconds within 0.8
import time
from concurrent import futures


def task(number):
    print(f"Task {number} started")
    time.sleep(0.3 / number)
    return f"What task {number} returned"


def main():
    start = time.perf_counter()

    with futures.ThreadPoolExecutor() as executor:
        results = executor.map(task, [1, 2])
        for result in results:
            print(result)

    elapsed = time.perf_counter() - start
    print(f"Both took {elapsed:.1f} second(s)")


if __name__ == "__main__":
    main()
