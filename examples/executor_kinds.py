# One program that runs on threads, on processes or on coroutines, by a change of one line. Here main() has that line
# three times. Eight orders are looked up, as many at once as the executor takes; one of them does not exist.
#
# CoroutineExecutor is what the library has not: an executor whose work are coroutines, in the loop of a thread.
# demo: seconds within 1.5
import asyncio
import threading
import time
from concurrent import futures


# The work of threads and processes: a function that blocks.
def look_up(number):
    time.sleep(0.2)
    if number == 5:
        raise ValueError(f"no order {number}")
    return f"order {number}: {number * number} pieces"


# The work of coroutines: the same, but that it awaits.
async def async_look_up(number):
    await asyncio.sleep(0.2)
    if number == 5:
        raise ValueError(f"no order {number}")
    return f"order {number}: {number * number} pieces"


class CoroutineExecutor(futures.Executor):
    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()

    def submit(self, function, *args):
        return asyncio.run_coroutine_threadsafe(function(*args), self.loop)

    # After all results are there.
    def shutdown(self, wait=True, *, cancel_futures=False):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


# The program. It does not know what its executor is.
def report(name, Executor, work):
    start = time.perf_counter()
    print(f"By {name}:")

    with Executor() as executor:
        orders = {number: executor.submit(work, number) for number in range(1, 9)}
        done, not_done = futures.wait(orders.values(), return_when=futures.ALL_COMPLETED)
        print(f"  {len(done)} are done, {len(not_done)} are not")

        for number, order in orders.items():
            try:
                print(f"  {order.result()}")
            except ValueError as error:
                print(f"  order {number} failed: {error}")

    elapsed = time.perf_counter() - start
    print(f"  It took {elapsed:.1f} second(s)")


def main():
    report("threads", futures.ThreadPoolExecutor, look_up)
    report("processes", futures.ProcessPoolExecutor, look_up)
    report("coroutines", CoroutineExecutor, async_look_up)


if __name__ == "__main__":
    main()
