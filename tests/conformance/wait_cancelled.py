# wait_cancelled: for wait() and as_completed() a cancelled future is done when its executor has taken notice.
# needs: 3.11
# From: row F6, and the documentation of Future.set_running_or_notify_cancel.
import concurrent.futures as futures
import threading

from show import outcome, until_asleep

f = futures.Future()
f.cancel()
print("cancelled:", f.done(), len(futures.wait([f], 0).done), len(futures.wait([f], 0).not_done))
print("as_completed:", outcome(lambda: len(list(futures.as_completed([f], 0)))))
f.set_running_or_notify_cancel()
print("told:", f.done(), len(futures.wait([f], 0).done), len(futures.wait([f], 0).not_done))
print("as_completed:", outcome(lambda: len(list(futures.as_completed([f], 0)))))


def check(what, call):
    f = futures.Future()
    found = []
    thread = threading.Thread(target=lambda: found.append(call(f)))
    thread.start()
    until_asleep(thread)
    f.cancel()
    until_asleep(thread)
    print(what, "cancelled:", found)
    f.set_running_or_notify_cancel()
    thread.join()
    print(what, "told:", found)


check("all completed", lambda f: len(futures.wait([f]).done))
check("first completed", lambda f: len(futures.wait([f], return_when=futures.FIRST_COMPLETED).done))
check("first exception", lambda f: len(futures.wait([f], return_when=futures.FIRST_EXCEPTION).done))
check("as_completed", lambda f: len(list(futures.as_completed([f]))))

# It is no exception for FIRST_EXCEPTION.
f, g = futures.Future(), futures.Future()
found = []
waiting = [f, g]
thread = threading.Thread(target=lambda: found.append(futures.wait(waiting, return_when=futures.FIRST_EXCEPTION)))
thread.start()
until_asleep(thread)
f.cancel()
f.set_running_or_notify_cancel()
until_asleep(thread)
print("one cancelled:", len(found))
g.set_result(1)
thread.join()
print("both done:", len(found[0].done))
