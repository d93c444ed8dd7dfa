# Daemon threads work in the background for as long as the program runs: it ends without waiting
# for them. Were one of these no daemon, the program would take an hour.
import threading
import time


def watch(what):
    print(f"Watching {what} in the background")
    time.sleep(3600)
    print(f"An hour later {what} is still there")  # Never reached.


def main():
    # As an argument ...
    first = threading.Thread(target=watch, args=("the log",), daemon=True)
    first.start()
    time.sleep(0.5)

    # ... or, before it is started, as an attribute.
    second = threading.Thread(target=watch, args=("the disk",))
    print(f"A thread is a daemon by default: {second.daemon}")
    second.daemon = True
    second.start()
    time.sleep(0.5)

    print(f"Both are daemons: {first.daemon and second.daemon}")
    print(f"Both are still running: {first.is_alive() and second.is_alive()}")
    print("The main thread is done")


if __name__ == "__main__":
    main()
