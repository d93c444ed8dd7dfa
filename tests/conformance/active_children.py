# active_children: who is in the list, and who is taken out of it by whom.
# needs: 3.11
# From: the documentation of active_children().
import multiprocessing
import os


def work(read, write):
    os.close(write)
    os.read(read, 1)


def child(names):
    print(names, [p.name for p in multiprocessing.active_children()], flush=True)


def names():
    return sorted(p.name for p in multiprocessing.active_children())


def main():
    context = multiprocessing.get_context("fork")
    print(names())
    read, write = os.pipe()
    processes = [context.Process(target=work, args=(read, write), name=f"p{i}") for i in range(3)]
    print(names())
    for process in processes:
        process.start()
        print(names())
    print(processes[0] in multiprocessing.active_children())
    one = context.Process(target=child, args=(names(),), name="asks")
    one.start()
    one.join()
    print(names())
    processes[1].kill()
    processes[1].join()
    print(names())
    processes[2].kill()
    # Those that have ended leave by being looked at.
    while processes[2].is_alive():
        pass
    print(names())
    # One that nobody holds is in it.
    del processes
    print(names())
    os.close(write)
    for process in multiprocessing.active_children():
        process.join()
    print(names())


if __name__ == "__main__":
    main()
