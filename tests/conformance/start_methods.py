# start_methods: the default one, contexts, and what is an error.
# needs: 3.11
# From: the documentation of set_start_method() and get_context(). The order of get_all_start_methods() has changed.
import multiprocessing

from show import outcome


def child():
    print(multiprocessing.get_start_method(), outcome(lambda: multiprocessing.set_start_method("fork")), flush=True)


def main():
    print(sorted(multiprocessing.get_all_start_methods()))
    print(multiprocessing.get_start_method(allow_none=True))
    print(outcome(lambda: multiprocessing.set_start_method("nonsense")))
    print(multiprocessing.get_start_method(allow_none=True))
    print(outcome(lambda: multiprocessing.set_start_method("spawn")))
    print(multiprocessing.get_start_method(), multiprocessing.get_start_method(allow_none=True))
    print(outcome(lambda: multiprocessing.set_start_method("spawn")))
    print(outcome(lambda: multiprocessing.set_start_method("nonsense")))
    print(outcome(lambda: multiprocessing.set_start_method("forkserver", force=True)))
    print(multiprocessing.get_start_method())
    print(outcome(lambda: multiprocessing.set_start_method("nonsense", force=True)))
    print(multiprocessing.get_start_method())
    print(outcome(lambda: multiprocessing.set_start_method(None, force=True)))
    print(multiprocessing.get_start_method(allow_none=True))
    print(outcome(lambda: multiprocessing.get_context("nonsense")))
    for method in "fork", "spawn", "forkserver":
        context = multiprocessing.get_context(method)
        print(context.get_start_method(), context.get_context() is context)
        print(outcome(lambda: context.set_start_method("fork")))
        print(outcome(lambda: context.get_context("nonsense")))
        process = context.Process(target=child)
        process.start()
        process.join()
    multiprocessing.set_start_method("spawn", force=True)
    print(multiprocessing.get_context().get_start_method())


if __name__ == "__main__":
    main()
