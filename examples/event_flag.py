# What an Event can do, in one thread: a flag that is raised, asked for, waited for and lowered.
#
# demo: seconds within 0.8
import threading
import time


def main():
    event = threading.Event()
    print(f"At first the flag is raised: {event.is_set()}")

    # Wait for at most a moment; nobody raises it.
    start = time.perf_counter()
    raised = event.wait(timeout=1)
    elapsed = time.perf_counter() - start
    print(f"Raised after {elapsed:.1f} second(s): {raised}")

    event.set()
    print(f"After set(): {event.is_set()}")

    # A raised flag keeps nobody waiting.
    start = time.perf_counter()
    raised = event.wait()
    elapsed = time.perf_counter() - start
    print(f"Raised after {elapsed:.1f} second(s): {raised}")

    event.clear()
    print(f"After clear(): {event.is_set()}")


if __name__ == "__main__":
    main()
