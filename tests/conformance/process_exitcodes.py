# process_exitcodes: what a process returns to the system, by each way to end.
# needs: 3.11
# From: row P7, and python/cpython#130895 (an exit code that was lost).
import multiprocessing
import os
import signal
import sys


def ends(way):
    os.dup2(os.open("/dev/null", os.O_WRONLY), 2)
    if way == "raises":
        raise ValueError("on purpose")
    if way == "sys.exit":
        sys.exit(3)
    if way == "sys.exit(0)":
        sys.exit(0)
    if way == "sys.exit(256)":
        sys.exit(256)
    if way == "os._exit":
        os._exit(4)
    if way == "abort":
        os.abort()
    if way == "SIGTERM":
        os.kill(os.getpid(), signal.SIGTERM)
    if way == "SIGKILL":
        os.kill(os.getpid(), signal.SIGKILL)


def main():
    for method in "fork", "spawn", "forkserver":
        context = multiprocessing.get_context(method)
        for way in (
            "returns",
            "raises",
            "sys.exit",
            "sys.exit(0)",
            "sys.exit(256)",
            "os._exit",
            "abort",
            "SIGTERM",
            "SIGKILL",
        ):
            process = context.Process(target=ends, args=(way,))
            process.start()
            process.join()
            print(method, way, process.exitcode)


if __name__ == "__main__":
    main()
