# thread_exit_waits: the program ends when all threads that are no daemons have ended, those included that nobody kept.
# needs: 3.13
# From: row T18, bpo-36402 (the exit did not wait for all) and bpo-37788 (threads that nobody joined). Some versions
# of 3.12 refuse to start a thread after main.
import threading

main_is_done = threading.Event()
order = threading.Event()


def last():
    order.wait()
    print("started by a thread, after main:", threading.main_thread().is_alive())


def late():
    main_is_done.wait()
    threading.main_thread().join()
    print("after main:", threading.main_thread().is_alive())
    threading.Thread(target=last).start()
    order.set()


def for_ever():
    threading.Event().wait()


threading.Thread(target=late).start()
threading.Thread(target=for_ever, daemon=True).start()
threading.Thread(target=for_ever, daemon=True).start()
print("main ends with", threading.active_count(), "threads")
main_is_done.set()
