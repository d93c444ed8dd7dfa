# wait_conditions: when wait() returns, for each of its three conditions, and what it says is done.
# needs: 3.11
# From: row F6, and the documentation of wait().
import concurrent.futures as futures
import threading

from show import until_asleep

FIRST_COMPLETED = futures.FIRST_COMPLETED
FIRST_EXCEPTION = futures.FIRST_EXCEPTION
ALL_COMPLETED = futures.ALL_COMPLETED


def check(condition, *steps):
    """Waits for four futures; each step ends one of them. Prints whether the wait is over after each."""
    fs = [futures.Future() for _ in range(4)]
    found = []

    def wait():
        found.append(futures.wait(fs, return_when=condition))

    thread = threading.Thread(target=wait)
    thread.start()
    until_asleep(thread)
    for number, (index, fails) in enumerate(steps):
        if fails:
            fs[index].set_exception(ValueError("bad"))
            fs[index].exception()
        else:
            fs[index].set_result(index)
        if number + 1 < len(steps):
            until_asleep(thread)
            print("after", index, "waiting:", thread.is_alive())
    thread.join()
    done, not_done = found[0]
    print("done:", sorted(map(fs.index, done)), "not done:", sorted(map(fs.index, not_done)))


print("first completed")
check(FIRST_COMPLETED, (2, False))
check(FIRST_COMPLETED, (3, True))
print("first exception")
check(FIRST_EXCEPTION, (1, False), (3, False), (0, True))
check(FIRST_EXCEPTION, (2, True))
check(FIRST_EXCEPTION, (1, False), (3, False), (0, False), (2, False))
print("all completed")
check(ALL_COMPLETED, (1, False), (0, True), (3, False), (2, True))
