// Calls every name of Python's queue with Python's signature.
#include <skein/queue.h>

#include <concepts>
#include <cstddef>
#include <exception>
#include <memory>
#include <string>

#include "probe.h"

namespace queue = skein::queue;

// probe: queue.Empty
void empty_error() {
  static_assert(std::derived_from<queue::Empty, std::exception>);
  try {
    throw queue::Empty();
  } catch (const queue::Empty& error) {
    returns<const char*>(error.what());
  }
}

// probe: queue.Full
void full_error() {
  static_assert(std::derived_from<queue::Full, std::exception>);
  try {
    throw queue::Full();
  } catch (const queue::Full& error) {
    returns<const char*>(error.what());
  }
}

// probe: queue.ShutDown
void shutdown_error() {
  static_assert(std::derived_from<queue::ShutDown, std::exception>);
  try {
    throw queue::ShutDown();
  } catch (const queue::ShutDown& error) {
    returns<const char*>(error.what());
  }
}

// probe: queue.Queue
void fifo() {
  queue::Queue<int> unbounded;
  queue::Queue<int> positional(10);
  queue::Queue<int> keyword({.maxsize = 10});
}

// probe: queue.Queue.empty
void fifo_empty(queue::Queue<std::string>& q) { returns<bool>(q.empty()); }

// probe: queue.Queue.full
void fifo_full(queue::Queue<std::string>& q) { returns<bool>(q.full()); }

// probe: queue.Queue.get
void fifo_get(queue::Queue<std::string>& q) {
  returns<std::string>(q.get());
  returns<std::string>(q.get(true, 0.5));
  returns<std::string>(q.get({.block = true, .timeout = 0.5}));
}

// probe: queue.Queue.get_nowait
void fifo_get_nowait(queue::Queue<std::string>& q) { returns<std::string>(q.get_nowait()); }

// probe: queue.Queue.join
void fifo_join(queue::Queue<std::string>& q) { q.join(); }

// probe: queue.Queue.put
void fifo_put(queue::Queue<std::string>& q) {
  q.put("item");
  q.put("item", true, 0.5);
  q.put("item", {.block = true, .timeout = 0.5});
}

// probe: queue.Queue.put_nowait
void fifo_put_nowait(queue::Queue<std::string>& q) { q.put_nowait("item"); }

// probe: queue.Queue.qsize
void fifo_qsize(queue::Queue<std::string>& q) { returns<std::size_t>(q.qsize()); }

// probe: queue.Queue.shutdown
void fifo_shutdown(queue::Queue<std::string>& q) {
  q.shutdown();
  q.shutdown(true);
  q.shutdown({.immediate = true});
}

// probe: queue.Queue.task_done
void fifo_task_done(queue::Queue<std::string>& q) { q.task_done(); }

// probe: queue.LifoQueue
void lifo() {
  queue::LifoQueue<int> unbounded;
  queue::LifoQueue<int> positional(10);
  queue::LifoQueue<int> keyword({.maxsize = 10});
}

// probe: queue.LifoQueue.empty
void lifo_empty(queue::LifoQueue<std::string>& q) { returns<bool>(q.empty()); }

// probe: queue.LifoQueue.full
void lifo_full(queue::LifoQueue<std::string>& q) { returns<bool>(q.full()); }

// probe: queue.LifoQueue.get
void lifo_get(queue::LifoQueue<std::string>& q) {
  returns<std::string>(q.get());
  returns<std::string>(q.get(true, 0.5));
  returns<std::string>(q.get({.block = true, .timeout = 0.5}));
}

// probe: queue.LifoQueue.get_nowait
void lifo_get_nowait(queue::LifoQueue<std::string>& q) { returns<std::string>(q.get_nowait()); }

// probe: queue.LifoQueue.join
void lifo_join(queue::LifoQueue<std::string>& q) { q.join(); }

// probe: queue.LifoQueue.put
void lifo_put(queue::LifoQueue<std::string>& q) {
  q.put("item");
  q.put("item", true, 0.5);
  q.put("item", {.block = true, .timeout = 0.5});
}

// probe: queue.LifoQueue.put_nowait
void lifo_put_nowait(queue::LifoQueue<std::string>& q) { q.put_nowait("item"); }

// probe: queue.LifoQueue.qsize
void lifo_qsize(queue::LifoQueue<std::string>& q) { returns<std::size_t>(q.qsize()); }

// probe: queue.LifoQueue.shutdown
void lifo_shutdown(queue::LifoQueue<std::string>& q) {
  q.shutdown();
  q.shutdown(true);
  q.shutdown({.immediate = true});
}

// probe: queue.LifoQueue.task_done
void lifo_task_done(queue::LifoQueue<std::string>& q) { q.task_done(); }

// probe: queue.PriorityQueue
void priority() {
  queue::PriorityQueue<int> unbounded;
  queue::PriorityQueue<int> positional(10);
  queue::PriorityQueue<int> keyword({.maxsize = 10});
}

// probe: queue.PriorityQueue.empty
void priority_empty(queue::PriorityQueue<std::string>& q) { returns<bool>(q.empty()); }

// probe: queue.PriorityQueue.full
void priority_full(queue::PriorityQueue<std::string>& q) { returns<bool>(q.full()); }

// probe: queue.PriorityQueue.get
void priority_get(queue::PriorityQueue<std::string>& q) {
  returns<std::string>(q.get());
  returns<std::string>(q.get(true, 0.5));
  returns<std::string>(q.get({.block = true, .timeout = 0.5}));
}

// probe: queue.PriorityQueue.get_nowait
void priority_get_nowait(queue::PriorityQueue<std::string>& q) { returns<std::string>(q.get_nowait()); }

// probe: queue.PriorityQueue.join
void priority_join(queue::PriorityQueue<std::string>& q) { q.join(); }

// probe: queue.PriorityQueue.put
void priority_put(queue::PriorityQueue<std::string>& q) {
  q.put("item");
  q.put("item", true, 0.5);
  q.put("item", {.block = true, .timeout = 0.5});
}

// probe: queue.PriorityQueue.put_nowait
void priority_put_nowait(queue::PriorityQueue<std::string>& q) { q.put_nowait("item"); }

// probe: queue.PriorityQueue.qsize
void priority_qsize(queue::PriorityQueue<std::string>& q) { returns<std::size_t>(q.qsize()); }

// probe: queue.PriorityQueue.shutdown
void priority_shutdown(queue::PriorityQueue<std::string>& q) {
  q.shutdown();
  q.shutdown(true);
  q.shutdown({.immediate = true});
}

// probe: queue.PriorityQueue.task_done
void priority_task_done(queue::PriorityQueue<std::string>& q) { q.task_done(); }

// probe: queue.SimpleQueue
void simple() {
  queue::SimpleQueue<int> q;
  queue::SimpleQueue<std::unique_ptr<int>> move_only;
}

// probe: queue.SimpleQueue.empty
void simple_empty(queue::SimpleQueue<std::string>& q) { returns<bool>(q.empty()); }

// probe: queue.SimpleQueue.get
void simple_get(queue::SimpleQueue<std::string>& q) {
  returns<std::string>(q.get());
  returns<std::string>(q.get(true, 0.5));
  returns<std::string>(q.get({.block = true, .timeout = 0.5}));
}

// probe: queue.SimpleQueue.get_nowait
void simple_get_nowait(queue::SimpleQueue<std::string>& q) { returns<std::string>(q.get_nowait()); }

// probe: queue.SimpleQueue.put
void simple_put(queue::SimpleQueue<std::string>& q) {
  q.put("item");
  q.put("item", true, 0.5);
  q.put("item", {.block = true, .timeout = 0.5});
}

// probe: queue.SimpleQueue.put_nowait
void simple_put_nowait(queue::SimpleQueue<std::string>& q) { q.put_nowait("item"); }

// probe: queue.SimpleQueue.qsize
void simple_qsize(queue::SimpleQueue<std::string>& q) { returns<std::size_t>(q.qsize()); }
