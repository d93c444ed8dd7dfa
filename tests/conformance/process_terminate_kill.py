# process_terminate_kill: signals to a process that runs, has ended, or catches them.
# needs: 3.11
# From: the documentation of Process.terminate() and kill().
import multiprocessing
import os
import signal
import tempfile

from show import outcome, until


def sleeps(path):
    os.mkdir(path)
    while True:
        signal.pause()


def catches(path):
    signal.signal(signal.SIGTERM, lambda *_: os._exit(5))
    sleeps(path)


def main():
    folder = tempfile.mkdtemp()
    path = folder + "/ready"
    for method in "fork", "spawn", "forkserver":
        context = multiprocessing.get_context(method)
        for name, target in ("sleeps", sleeps), ("catches", catches):
            for how in "terminate", "kill":
                process = context.Process(target=target, args=(path,))
                process.start()
                until(lambda: os.path.exists(path))
                os.rmdir(path)
                print(method, name, how, outcome(process.terminate if how == "terminate" else process.kill))
                process.join()
                print(process.exitcode, outcome(process.terminate), outcome(process.kill), process.exitcode)
    os.rmdir(folder)


if __name__ == "__main__":
    main()
