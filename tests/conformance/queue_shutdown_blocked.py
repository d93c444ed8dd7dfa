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
gentle = queue.Queue()
threads = block(gentle.get, gentle.get, lambda: gentle.get(True, 1000), lambda: gentle.get(timeout=1000))
gentle.shutdown()
end(threads)
harsh = queue.Queue()
threads = block(harsh.get, lambda: harsh.get(True, 1000))
harsh.shutdown(immediate=True)
end(threads)

print("putters")
kept = queue.Queue(1)
kept.put("there")
threads = block(lambda: kept.put("a"), lambda: kept.put("b"), lambda: kept.put("c", True, 1000))
kept.shutdown()
end(threads)
print("what was there stays:", outcome(kept.get), outcome(kept.get))
lost = queue.Queue(1)
lost.put("there")
threads = block(lambda: lost.put("a"), lambda: lost.put("b", True, 1000))
lost.shutdown(immediate=True)
end(threads)
print("what was there is gone:", outcome(lost.get), lost.qsize())

print("joiners")
joined = queue.Queue()
joined.put("task")
threads = block(joined.join, joined.join)
joined.shutdown()
for thread in threads:
    until_asleep(thread)
print("still waiting:", threads[0].is_alive(), threads[1].is_alive())
print("get:", joined.get())
joined.task_done()
end(threads)

print("everybody at once")
q = queue.Queue(1)
q.put("task")
threads = block(q.join, lambda: q.put("a"), q.join, lambda: q.put("b"))
q.shutdown(immediate=True)
end(threads)
