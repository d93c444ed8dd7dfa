# process_join_timeouts: join with a limit, from several threads, and from another process.
# needs: 3.11
# From: rows T7 and P23.
import multiprocessing
import os
import threading

from show import outcome


def work(read, write):
    os.close(write)
    os.read(read, 1)


def joins(process):
    print("another process joins:", outcome(process.join), flush=True)
    print("another process asks:", outcome(process.is_alive), flush=True)
    print("another process starts:", outcome(process.start), flush=True)


def main():
    context = multiprocessing.get_context("fork")
    read, write = os.pipe()
    process = context.Process(target=work, args=(read, write))
    process.start()
    for timeout in 0, 0.01, -1, None:
        if timeout is not None:
            print(timeout, process.join(timeout), process.is_alive())
    stranger = context.Process(target=joins, args=(process,))
    stranger.start()
    stranger.join()
    never = context.Process(target=work)
    stranger = context.Process(target=lambda: print("started elsewhere:", outcome(never.start), flush=True))
    stranger.start()
    stranger.join()
    codes = []
    threads = [threading.Thread(target=lambda: (process.join(), codes.append(process.exitcode))) for _ in range(4)]
    for thread in threads:
        thread.start()
    os.close(write)
    for thread in threads:
        thread.join()
    print(len(codes), process.exitcode)
    for timeout in 0, 0.01, -1, None:
        print(timeout, process.join(timeout), process.is_alive())


if __name__ == "__main__":
    main()
