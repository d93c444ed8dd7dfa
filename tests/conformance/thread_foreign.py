# thread_foreign: a thread that was not started by this module is given an object that can do little.
# needs: 3.13
# From: python/cpython#106236 (it could be joined under -OO), bpo-29376 (is_alive() failed) and
# python/cpython#114423 (it stayed in the list for ever).
import _thread
import threading

from show import outcome, until

go = threading.Event()
ready = threading.Event()
seen = []


def work():
    me = threading.current_thread()
    seen.append(me)
    seen.append(me == threading.current_thread())
    seen.append(me == threading.main_thread())
    seen.append(threading.Thread().daemon)
    seen.append(outcome(me.join))
    ready.set()
    go.wait()


print("before:", threading.active_count())
_thread.start_new_thread(work, ())
ready.wait()
foreign = seen[0]
print("name:", foreign.name.startswith("Dummy-"))
print("daemon:", foreign.daemon)
print("ident:", foreign.ident is not None, foreign.ident == threading.get_ident())
print("alive:", foreign.is_alive())
print("the same each time:", seen[1])
print("the main thread:", seen[2])
print("a thread it makes is a daemon:", seen[3])
print("joins itself:", seen[4])
print("in the list:", threading.active_count(), foreign in threading.enumerate())
print("join:", outcome(foreign.join))
print("join(0):", outcome(lambda: foreign.join(0)))
go.set()
until(lambda: threading.active_count() == 1)
print("ended, in the list:", foreign in threading.enumerate())
