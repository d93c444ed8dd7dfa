# parent_process: who the parent is, with each start method.
# needs: 3.11
# From: the documentation of parent_process().
import multiprocessing
import os

from show import outcome


def child(pid, name):
    parent = multiprocessing.parent_process()
    print(parent.pid == pid, parent.ident == pid, parent.name == name, parent.is_alive(), parent.exitcode, flush=True)
    print(parent.daemon, outcome(lambda: parent.join(0)), flush=True)
    print(parent == multiprocessing.parent_process(), parent == multiprocessing.current_process(), flush=True)
    if name == "MainProcess":
        context = multiprocessing.get_context(multiprocessing.get_start_method())
        grandchild = context.Process(target=child, args=(os.getpid(), multiprocessing.current_process().name))
        grandchild.start()
        grandchild.join()
        print(grandchild.exitcode, flush=True)


def main():
    print(multiprocessing.parent_process())
    print(multiprocessing.current_process().name, multiprocessing.current_process().is_alive())
    print(multiprocessing.current_process().pid == os.getpid(), multiprocessing.current_process().exitcode)
    print(multiprocessing.current_process().daemon)
    for method in "fork", "spawn", "forkserver":
        process = multiprocessing.get_context(method).Process(target=child, args=(os.getpid(), "MainProcess"))
        process.start()
        process.join()
        print(method, process.exitcode)


if __name__ == "__main__":
    main()
