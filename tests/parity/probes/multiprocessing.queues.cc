// Calls every name of Python's multiprocessing.queues with Python's signature.
#include <skein/multiprocessing.h>

#include <cstddef>
#include <string>

#include "probe.h"

namespace queues = skein::multiprocessing::queues;

// probe: multiprocessing.queues.JoinableQueue
void joinable() {
  queues::JoinableQueue<int> unbounded;
  queues::JoinableQueue<int> positional(10);
  queues::JoinableQueue<int> keyword({.maxsize = 10});
}

// probe: multiprocessing.queues.JoinableQueue.cancel_join_thread
void joinable_cancel_join_thread(queues::JoinableQueue<std::string>& q) { q.cancel_join_thread(); }

// probe: multiprocessing.queues.JoinableQueue.close
void joinable_close(queues::JoinableQueue<std::string>& q) { q.close(); }

// probe: multiprocessing.queues.JoinableQueue.empty
void joinable_empty(queues::JoinableQueue<std::string>& q) { returns<bool>(q.empty()); }

// probe: multiprocessing.queues.JoinableQueue.full
void joinable_full(queues::JoinableQueue<std::string>& q) { returns<bool>(q.full()); }

// probe: multiprocessing.queues.JoinableQueue.get
void joinable_get(queues::JoinableQueue<std::string>& q) {
  returns<std::string>(q.get());
  returns<std::string>(q.get(true, 0.5));
  returns<std::string>(q.get({.block = true, .timeout = 0.5}));
}

// probe: multiprocessing.queues.JoinableQueue.get_nowait
void joinable_get_nowait(queues::JoinableQueue<std::string>& q) { returns<std::string>(q.get_nowait()); }

// probe: multiprocessing.queues.JoinableQueue.join
void joinable_join(queues::JoinableQueue<std::string>& q) { q.join(); }

// probe: multiprocessing.queues.JoinableQueue.join_thread
void joinable_join_thread(queues::JoinableQueue<std::string>& q) { q.join_thread(); }

// probe: multiprocessing.queues.JoinableQueue.put
void joinable_put(queues::JoinableQueue<std::string>& q) {
  q.put("item");
  q.put("item", true, 0.5);
  q.put("item", {.block = true, .timeout = 0.5});
}

// probe: multiprocessing.queues.JoinableQueue.put_nowait
void joinable_put_nowait(queues::JoinableQueue<std::string>& q) { q.put_nowait("item"); }

// probe: multiprocessing.queues.JoinableQueue.qsize
void joinable_qsize(queues::JoinableQueue<std::string>& q) { returns<std::size_t>(q.qsize()); }

// probe: multiprocessing.queues.JoinableQueue.task_done
void joinable_task_done(queues::JoinableQueue<std::string>& q) { q.task_done(); }

// probe: multiprocessing.queues.Queue
void fifo() {
  queues::Queue<int> unbounded;
  queues::Queue<int> positional(10);
  queues::Queue<int> keyword({.maxsize = 10});
}

// probe: multiprocessing.queues.Queue.cancel_join_thread
void fifo_cancel_join_thread(queues::Queue<std::string>& q) { q.cancel_join_thread(); }

// probe: multiprocessing.queues.Queue.close
void fifo_close(queues::Queue<std::string>& q) { q.close(); }

// probe: multiprocessing.queues.Queue.empty
void fifo_empty(queues::Queue<std::string>& q) { returns<bool>(q.empty()); }

// probe: multiprocessing.queues.Queue.full
void fifo_full(queues::Queue<std::string>& q) { returns<bool>(q.full()); }

// probe: multiprocessing.queues.Queue.get
void fifo_get(queues::Queue<std::string>& q) {
  returns<std::string>(q.get());
  returns<std::string>(q.get(true, 0.5));
  returns<std::string>(q.get({.block = true, .timeout = 0.5}));
}

// probe: multiprocessing.queues.Queue.get_nowait
void fifo_get_nowait(queues::Queue<std::string>& q) { returns<std::string>(q.get_nowait()); }

// probe: multiprocessing.queues.Queue.join_thread
void fifo_join_thread(queues::Queue<std::string>& q) { q.join_thread(); }

// probe: multiprocessing.queues.Queue.put
void fifo_put(queues::Queue<std::string>& q) {
  q.put("item");
  q.put("item", true, 0.5);
  q.put("item", {.block = true, .timeout = 0.5});
}

// probe: multiprocessing.queues.Queue.put_nowait
void fifo_put_nowait(queues::Queue<std::string>& q) { q.put_nowait("item"); }

// probe: multiprocessing.queues.Queue.qsize
void fifo_qsize(queues::Queue<std::string>& q) { returns<std::size_t>(q.qsize()); }

// probe: multiprocessing.queues.SimpleQueue
void simple() { queues::SimpleQueue<int> q; }

// probe: multiprocessing.queues.SimpleQueue.close
void simple_close(queues::SimpleQueue<std::string>& q) { q.close(); }

// probe: multiprocessing.queues.SimpleQueue.empty
void simple_empty(queues::SimpleQueue<std::string>& q) { returns<bool>(q.empty()); }

// probe: multiprocessing.queues.SimpleQueue.get
void simple_get(queues::SimpleQueue<std::string>& q) { returns<std::string>(q.get()); }

// probe: multiprocessing.queues.SimpleQueue.put
void simple_put(queues::SimpleQueue<std::string>& q) { q.put("item"); }
