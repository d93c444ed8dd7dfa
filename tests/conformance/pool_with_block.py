# pool_with_block: the end of the block waits for all that was submitted, also when an exception leaves it.
# needs: 3.11
# From: rows F10 and F16, on the sunny side, and the documentation of Executor.shutdown.
import concurrent.futures as futures
import threading

from show import outcome

done = []
lock = threading.Lock()


def work(number, go):
    go.wait()
    with lock:
        done.append(number)


go = threading.Event()
with futures.ThreadPoolExecutor(2) as executor:
    fs = [executor.submit(work, number, go) for number in range(8)]
    print("in the block:", done)
    go.set()
print("after it:", sorted(done), all(f.done() for f in fs))


def leave():
    with futures.ThreadPoolExecutor(1) as executor:
        for number in range(3):
            executor.submit(work, number, go)
        go.set()
        raise ValueError("out")


done.clear()
go.clear()
print(outcome(leave), done)

# A task that submits others: those are waited for as well, if they come before the end.
done.clear()
more = threading.Event()
with futures.ThreadPoolExecutor(1) as executor:

    def spread():
        for number in range(3):
            executor.submit(work, number, go)
        more.set()

    executor.submit(spread)
    more.wait()
print("spread:", done)
