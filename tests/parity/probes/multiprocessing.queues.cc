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

// probe: multiprocessing.queues.{JoinableQueue,Queue}.cancel_join_thread
void joinable_cancel_join_thread(queues::JoinableQueue<std::string>& q) { q.cancel_join_thread(); }

// probe: multiprocessing.queues.{JoinableQueue,Queue,SimpleQueue}.close
void joinable_close(queues::JoinableQueue<std::string>& q) { q.close(); }

// probe: multiprocessing.queues.{JoinableQueue,Queue,SimpleQueue}.empty
void joinable_empty(queues::JoinableQueue<std::string>& q) { returns<bool>(q.empty()); }

// probe: multiprocessing.queues.{JoinableQueue,Queue}.full
void joinable_full(queues::JoinableQueue<std::string>& q) { returns<bool>(q.full()); }

// probe: multiprocessing.queues.{JoinableQueue,Queue}.get
void joinable_get(queues::JoinableQueue<std::string>& q) {
  returns<std::string>(q.get());
  returns<std::string>(q.get(true, 0.5));
  returns<std::string>(q.get({.block = true, .timeout = 0.5}));
}

// probe: multiprocessing.queues.{JoinableQueue,Queue}.get_nowait
void joinable_get_nowait(queues::JoinableQueue<std::string>& q) { returns<std::string>(q.get_nowait()); }

// probe: multiprocessing.queues.JoinableQueue.join
void joinable_join(queues::JoinableQueue<std::string>& q) { q.join(); }

// probe: multiprocessing.queues.{JoinableQueue,Queue}.join_thread
void joinable_join_thread(queues::JoinableQueue<std::string>& q) { q.join_thread(); }

// probe: multiprocessing.queues.{JoinableQueue,Queue}.put
void joinable_put(queues::JoinableQueue<std::string>& q) {
  q.put("item");
  q.put("item", true, 0.5);
  q.put("item", {.block = true, .timeout = 0.5});
}

// probe: multiprocessing.queues.{JoinableQueue,Queue}.put_nowait
void joinable_put_nowait(queues::JoinableQueue<std::string>& q) { q.put_nowait("item"); }

// probe: multiprocessing.queues.{JoinableQueue,Queue}.qsize
void joinable_qsize(queues::JoinableQueue<std::string>& q) { returns<std::size_t>(q.qsize()); }

// probe: multiprocessing.queues.JoinableQueue.task_done
void joinable_task_done(queues::JoinableQueue<std::string>& q) { q.task_done(); }

// probe: multiprocessing.queues.Queue
void fifo() {
  queues::Queue<int> unbounded;
  queues::Queue<int> positional(10);
  queues::Queue<int> keyword({.maxsize = 10});
}

// probe: multiprocessing.queues.SimpleQueue
void simple() { queues::SimpleQueue<int> q; }

// probe: multiprocessing.queues.SimpleQueue.get
void simple_get(queues::SimpleQueue<std::string>& q) { returns<std::string>(q.get()); }

// probe: multiprocessing.queues.SimpleQueue.put
void simple_put(queues::SimpleQueue<std::string>& q) { q.put("item"); }
