# process_executors: work for a pool of processes by the names of a pool of threads, as docs/porting_pools.md shows it.
# needs: 3.11
import os
import signal
from concurrent import futures
from concurrent.futures.process import BrokenProcessPool


# [pool]
def steps(number):
    if number < 1:
        raise ValueError(f"{number} never gets there")
    count = 0
    while number != 1:
        number = 3 * number + 1 if number % 2 else number // 2
        count += 1
    return count


def longest_way():
    with futures.ProcessPoolExecutor(max_workers=2) as executor:
        print(max(executor.map(steps, range(1, 1000), chunksize=250)))
        try:
            executor.submit(steps, 0).result()
        except ValueError as error:
            print(error)
# [/pool]


def crash():
    os.kill(os.getpid(), signal.SIGKILL)


def broken():
    with futures.ProcessPoolExecutor(1) as executor:
        try:
            executor.submit(crash).result()
        except BrokenProcessPool:
            print("a worker was killed")


if __name__ == "__main__":
    longest_way()
    broken()
