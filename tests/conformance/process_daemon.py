# process_daemon: the flag, how it is inherited, and what a daemon may not do.
# needs: 3.11
# From: row P36, and the documentation of Process.daemon.
import multiprocessing
import os
import time

from show import outcome


def child():
    print(multiprocessing.current_process().daemon, multiprocessing.Process().daemon, flush=True)
    print(multiprocessing.Process(daemon=False).daemon, flush=True)
    print(outcome(multiprocessing.Process(target=print).start), flush=True)
    print(outcome(multiprocessing.Process(target=print, daemon=False).start), flush=True)


def for_ever():
    time.sleep(1000)


def main():
    for method in "fork", "spawn", "forkserver":
        context = multiprocessing.get_context(method)
        for daemon in True, False:
            process = context.Process(target=child if daemon else nothing, daemon=daemon)
            print(method, process.daemon)
            process.start()
            process.join()
            print(process.exitcode, outcome(lambda: setattr(process, "daemon", not daemon)))
    changed = context.Process(target=for_ever)
    changed.daemon = True
    print(changed.daemon)
    changed.start()
    # A daemon is terminated at the end, another one is joined.
    other = context.Process(target=nothing)
    other.start()
    print("main ends")


def nothing():
    pass


if __name__ == "__main__":
    main()
