# queue_shutdown_blocked: who waits in put() or get() is told.
# needs: 3.13
# From: row Q6.
import queue
import threading

from show import outcome, until_asleep

lock = threading.Lock()
results = []


def note(call):
    result = str(outcome(call))
    with lock:
        results.append(result)


def block(*calls):
    results.clear()
    threads = [threading.Thread(target=note, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
        until_asleep(thread)
    return threads


def end(threads):
    for thread in threads:
        thread.join()
    print(sorted(results))


print("getters")
q = queue.Queue()
threads = block(q.get, q.get, lambda: q.get(True, 1000), lambda: q.get(timeout=1000))
q.shutdown()
end(threads)
q = queue.Queue()
threads = block(q.get, lambda: q.get(True, 1000))
q.shutdown(immediate=True)
end(threads)

print("putters")
q = queue.Queue(1)
q.put("there")
threads = block(lambda: q.put("a"), lambda: q.put("b"), lambda: q.put("c", True, 1000))
q.shutdown()
end(threads)
print("what was there stays:", outcome(q.get), outcome(q.get))
q = queue.Queue(1)
q.put("there")
threads = block(lambda: q.put("a"), lambda: q.put("b", True, 1000))
q.shutdown(immediate=True)
end(threads)
print("what was there is gone:", outcome(q.get), q.qsize())

print("joiners")
q = queue.Queue()
q.put("task")
threads = block(q.join, q.join)
q.shutdown()
for thread in threads:
    until_asleep(thread)
print("still waiting:", threads[0].is_alive(), threads[1].is_alive())
print("get:", q.get())
q.task_done()
end(threads)

print("everybody at once")
q = queue.Queue(1)
q.put("task")
threads = block(q.join, lambda: q.put("a"), q.join, lambda: q.put("b"))
q.shutdown(immediate=True)
end(threads)
