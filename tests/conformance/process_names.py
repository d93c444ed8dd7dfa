# process_names: the names that processes are given, and those of their children.
# needs: 3.11
# From: the documentation of Process.name, and the classes of the contexts.
import multiprocessing


def child():
    one = multiprocessing.Process(target=grandchild)
    two = multiprocessing.Process()
    print(multiprocessing.current_process().name, one.name, two.name, flush=True)
    one.start()
    one.join()
    multiprocessing.current_process().name = "renamed"
    print(multiprocessing.current_process().name, multiprocessing.Process().name, flush=True)


def grandchild():
    print(multiprocessing.current_process().name, multiprocessing.Process().name, flush=True)


class Worker(multiprocessing.Process):
    pass


def main():
    multiprocessing.set_start_method("fork")
    print(multiprocessing.current_process().name)
    print(multiprocessing.Process().name)
    print(multiprocessing.Process(name="given").name)
    print(multiprocessing.Process().name)
    print(Worker().name, Worker(name="mine").name)
    for method in "fork", "spawn", "forkserver":
        print(multiprocessing.get_context(method).Process().name)
    process = multiprocessing.Process(target=child)
    print(process.name)
    process.start()
    process.join()
    print(process.exitcode)
    process.name = "other"
    print(process.name)
    named = multiprocessing.Process(target=child, name="somebody")
    named.start()
    named.join()


if __name__ == "__main__":
    main()
