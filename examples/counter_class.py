# A counter that guards itself, and threads that run its bound method.
#
# Which of the two comes first is open.
# demo: unordered ^Added \d+
import threading
import time


class Counter:
    def __init__(self):
        self.value = 0
        self.lock = threading.Lock()

    def increase(self, by):
        with self.lock:
            seen = self.value
            time.sleep(0.1)
            self.value = seen + by
        print(f"Added {by}")


def main():
    counter = Counter()

    first = threading.Thread(target=counter.increase, args=(10,))
    second = threading.Thread(target=counter.increase, args=(20,))

    first.start()
    second.start()

    first.join()
    second.join()

    print(f"In the end the counter is {counter.value}")


if __name__ == "__main__":
    main()
