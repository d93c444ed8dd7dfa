# ppe_exit: a pool that lives when the program ends finishes what was submitted, by each start method.
# needs: 3.11
# From: row F16, for processes.
import concurrent.futures as futures
import multiprocessing


def prepare(go):
    globals().update(go=go)


def work(number):
    go.wait()
    return number * number


def main():
    for method in "fork", "spawn", "forkserver":
        context = multiprocessing.get_context(method)
        events.append(context.Event())
        executor = futures.ProcessPoolExecutor(1, context, prepare, (events[-1],))
        alive.append(executor)
        last = [executor.submit(work, number) for number in range(20)][-1]
        last.add_done_callback(lambda f: say(f.result()))
        executor.submit(work, 20).add_done_callback(lambda f: say(f.result()))
    print("main ends")
    for event in events:
        event.set()


def say(result):
    results.append(result)
    if len(results) == 6:
        print(sorted(results))


alive = []
events = []
results = []

if __name__ == "__main__":
    main()
