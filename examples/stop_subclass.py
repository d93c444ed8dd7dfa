# stop_function with a subclass of Thread that keeps the Event, passes Thread's own keywords on,
# and waits for the Event instead of sleeping, so that it stops in the middle of a round.
import threading
import time


class Worker(threading.Thread):
    def __init__(self, stop, **options):
        super().__init__(**options)
        self.stop = stop

    def run(self):
        print(f"{self.name} starts")
        for i in range(3):
            print(f"{self.name} is in round {i + 1}")
            if self.stop.wait(timeout=5):
                print(f"{self.name} was stopped early")
                break
        else:
            print(f"{self.name} ran to the end")


def main():
    stop = threading.Event()
    worker = Worker(stop, name="worker")

    start = time.perf_counter()
    worker.start()
    time.sleep(0.5)
    print(f"The worker is running: {worker.is_alive()}")
    stop.set()
    worker.join()

    elapsed = time.perf_counter() - start
    print(f"The worker is running: {worker.is_alive()}")
    print(f"It stopped before its first round was over: {elapsed < 5}")


if __name__ == "__main__":
    main()
