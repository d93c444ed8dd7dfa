"""One repetition: where its threads run, and how long they take."""

import os
import threading
import time


def pin(cpus, placement, index):
    """Pins the calling thread as thread number `index` of a repetition."""
    if placement == "one core":
        os.sched_setaffinity(0, {cpus[0]})
    elif placement == "two cores":
        os.sched_setaffinity(0, {cpus[index % 2]})


class Rep:
    def __init__(self, cpus, placement, ops):
        self.cpus, self.placement, self.ops = cpus, placement, ops

    def run_threads(self, bodies):
        """Nanoseconds from the common start to the end of the last body."""
        barrier = threading.Barrier(len(bodies) + 1)
        ended = []

        def run(index, body):
            pin(self.cpus, self.placement, index)
            barrier.wait()
            body()
            ended.append(time.perf_counter_ns())

        threads = [threading.Thread(target=run, args=each) for each in enumerate(bodies)]
        for t in threads:
            t.start()
        began = time.perf_counter_ns()
        barrier.wait()
        for t in threads:
            t.join()
        return max(ended) - began
