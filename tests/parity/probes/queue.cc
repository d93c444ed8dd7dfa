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

// probe: queue.{Queue,LifoQueue,PriorityQueue,SimpleQueue}.empty
void fifo_empty(queue::Queue<std::string>& q) { returns<bool>(q.empty()); }

// probe: queue.{Queue,LifoQueue,PriorityQueue}.full
void fifo_full(queue::Queue<std::string>& q) { returns<bool>(q.full()); }

// probe: queue.{Queue,LifoQueue,PriorityQueue,SimpleQueue}.get
void fifo_get(queue::Queue<std::string>& q) {
  returns<std::string>(q.get());
  returns<std::string>(q.get(true, 0.5));
  returns<std::string>(q.get({.block = true, .timeout = 0.5}));
}

// probe: queue.{Queue,LifoQueue,PriorityQueue,SimpleQueue}.get_nowait
void fifo_get_nowait(queue::Queue<std::string>& q) { returns<std::string>(q.get_nowait()); }

// probe: queue.{Queue,LifoQueue,PriorityQueue}.join
void fifo_join(queue::Queue<std::string>& q) { q.join(); }

// probe: queue.{Queue,LifoQueue,PriorityQueue,SimpleQueue}.put
void fifo_put(queue::Queue<std::string>& q) {
  q.put("item");
  q.put("item", true, 0.5);
  q.put("item", {.block = true, .timeout = 0.5});
}

// probe: queue.{Queue,LifoQueue,PriorityQueue,SimpleQueue}.put_nowait
void fifo_put_nowait(queue::Queue<std::string>& q) { q.put_nowait("item"); }

// probe: queue.{Queue,LifoQueue,PriorityQueue,SimpleQueue}.qsize
void fifo_qsize(queue::Queue<std::string>& q) { returns<std::size_t>(q.qsize()); }

// probe: queue.{Queue,LifoQueue,PriorityQueue}.shutdown
void fifo_shutdown(queue::Queue<std::string>& q) {
  q.shutdown();
  q.shutdown(true);
  q.shutdown({.immediate = true});
}

// probe: queue.{Queue,LifoQueue,PriorityQueue}.task_done
void fifo_task_done(queue::Queue<std::string>& q) { q.task_done(); }

// probe: queue.LifoQueue
void lifo() {
  queue::LifoQueue<int> unbounded;
  queue::LifoQueue<int> positional(10);
  queue::LifoQueue<int> keyword({.maxsize = 10});
}

// probe: queue.PriorityQueue
void priority() {
  queue::PriorityQueue<int> unbounded;
  queue::PriorityQueue<int> positional(10);
  queue::PriorityQueue<int> keyword({.maxsize = 10});
}

// probe: queue.SimpleQueue
void simple() {
  queue::SimpleQueue<int> q;
  queue::SimpleQueue<std::unique_ptr<int>> move_only;
}
