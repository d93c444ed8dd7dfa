# ppe_initializer: each worker calls the initializer with its arguments, before it runs anything.
# needs: 3.11
# From: bpo-21423, which asked for it.
import concurrent.futures as futures
import multiprocessing
import os


def prepare(count, arrived, go, text, number):
    globals().update(arrived=arrived, go=go, value=f"{text} {number}")
    with count.get_lock():
        count.value += 1


def work():
    with arrived.get_lock():
        arrived.value += 1
        if arrived.value == 3:
            go.set()
    go.wait()
    return value, os.getpid()


def prepare_alone():
    globals().update(value="alone")


def of_the_worker():
    return value


def main():
    for method in "fork", "spawn", "forkserver":
        context = multiprocessing.get_context(method)
        count, arrived, go = context.Value("i", 0), context.Value("i", 0), context.Event()
        executor = futures.ProcessPoolExecutor(
            3, mp_context=context, initializer=prepare, initargs=(count, arrived, go, "worker", 7)
        )
        with executor:
            print("not used:", count.value)
            fs = [executor.submit(work) for _ in range(3)]
            print("values:", [f.result()[0] for f in fs], len({f.result()[1] for f in fs}))
            fs = [executor.submit(work) for _ in range(3)]
            print("values:", [f.result()[0] for f in fs])
            print("calls:", count.value)
        # By position, and without arguments.
        with futures.ProcessPoolExecutor(1, context, prepare_alone) as executor:
            print(executor.submit(of_the_worker).result())
        with futures.ProcessPoolExecutor(1, context, initializer=prepare_alone) as executor:
            print(executor.submit(of_the_worker).result())


if __name__ == "__main__":
    main()
