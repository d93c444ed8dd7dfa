# process_states: before, while and after a process runs; what may be done when.
# needs: 3.11
# From: row P22 (start twice, join unstarted, close running, use after close).
import multiprocessing
import os

from show import outcome


def work(read, write):
    os.close(write)
    os.read(read, 1)


def main():
    context = multiprocessing.get_context("fork")
    read, write = os.pipe()
    process = context.Process(target=work, args=(read, write))
    print("new:", process.is_alive(), process.pid, process.exitcode)
    print("join:", outcome(process.join))
    print("join(0):", outcome(lambda: process.join(0)))
    print("sentinel:", outcome(lambda: process.sentinel))
    print("start:", outcome(process.start))
    print("running:", process.is_alive(), process.pid is not None, process.ident == process.pid, process.exitcode)
    print("start:", outcome(process.start))
    print("close:", outcome(process.close))
    print("daemon:", process.daemon, outcome(lambda: setattr(process, "daemon", True)))
    os.close(write)
    print("join:", outcome(process.join))
    print("ended:", process.is_alive(), process.pid is not None, process.exitcode)
    print("start:", outcome(process.start))
    print("join:", outcome(process.join))
    print("terminate:", outcome(process.terminate))
    print("kill:", outcome(process.kill))
    print("close:", outcome(process.close))
    print("close:", outcome(process.close))
    print("join:", outcome(process.join))
    print("is_alive:", outcome(process.is_alive))
    print("exitcode:", outcome(lambda: process.exitcode))
    print("pid:", outcome(lambda: process.pid))
    print("sentinel:", outcome(lambda: process.sentinel))
    print("start:", outcome(process.start))
    print("kill:", outcome(process.kill))
    print("name:", process.name)
    print("daemon:", process.daemon)

    # Never started: it may be closed, too.
    never = context.Process(name="never")
    print("close:", outcome(never.close))
    print("start:", outcome(never.start))

    # No target: it starts and ends.
    nothing = context.Process()
    nothing.start()
    nothing.join()
    print("no target:", nothing.exitcode)


if __name__ == "__main__":
    main()
