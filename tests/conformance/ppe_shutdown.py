# ppe_shutdown: what shutdown() waits for, what comes after it, and that it may be called again.
# needs: 3.11
# From: the documentation of Executor.shutdown.
import concurrent.futures as futures
import multiprocessing

from show import outcome


def prepare(go):
    globals().update(go=go)


def wait_and_return(number):
    go.wait()
    return number


def main():
    for method in "fork", "spawn", "forkserver":
        context = multiprocessing.get_context(method)
        go = context.Event()
        with futures.ProcessPoolExecutor(2, context, prepare, (go,)) as executor:
            fs = [executor.submit(wait_and_return, number) for number in range(6)]
            executor.shutdown(wait=False)
            print("not waited for:", [f.done() for f in fs])
            print(outcome(lambda: executor.submit(wait_and_return, 6)))
            print(outcome(lambda: executor.map(wait_and_return, [7])))
            go.set()
            print("results:", [f.result() for f in fs])
            executor.shutdown()
            executor.shutdown(wait=True)
        print(outcome(lambda: executor.submit(wait_and_return, 8)))

        executor = futures.ProcessPoolExecutor(2, context, prepare, (go,))
        fs = [executor.submit(wait_and_return, number) for number in range(20)]
        executor.shutdown()
        print("waited for:", all(f.done() for f in fs), sum(f.result() for f in fs))

        # One that was never used.
        with futures.ProcessPoolExecutor(2, context) as executor:
            executor.shutdown(cancel_futures=True)
        print(outcome(lambda: executor.submit(wait_and_return, 9)))
        print("children:", multiprocessing.active_children())


if __name__ == "__main__":
    main()
