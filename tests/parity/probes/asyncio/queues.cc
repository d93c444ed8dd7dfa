// Calls the names of Python's asyncio with Python's signatures: queues.
#include <skein/asyncio.h>

#include <concepts>
#include <cstdint>
#include <exception>
#include <string>

#include "probe.h"

namespace asyncio = skein::asyncio;

// probe: asyncio.Queue
void queue() {
  asyncio::Queue<int> unbounded;
  asyncio::Queue<int> positional(10);
  asyncio::Queue<int> keyword({.maxsize = 10});
}

// probe: asyncio.{Queue,LifoQueue,PriorityQueue}.empty
void queue_empty(asyncio::Queue<std::string>& q) { returns<bool>(q.empty()); }

// probe: asyncio.{Queue,LifoQueue,PriorityQueue}.full
void queue_full(asyncio::Queue<std::string>& q) { returns<bool>(q.full()); }

// probe: asyncio.{Queue,LifoQueue,PriorityQueue}.get
asyncio::Coroutine<> queue_get(asyncio::Queue<std::string>& q) { returns<std::string>(co_await q.get()); }

// probe: asyncio.{Queue,LifoQueue,PriorityQueue}.get_nowait
void queue_get_nowait(asyncio::Queue<std::string>& q) { returns<std::string>(q.get_nowait()); }

// probe: asyncio.{Queue,LifoQueue,PriorityQueue}.join
asyncio::Coroutine<> queue_join(asyncio::Queue<std::string>& q) { co_await q.join(); }

// probe: asyncio.{Queue,LifoQueue,PriorityQueue}.maxsize
void queue_maxsize(asyncio::Queue<std::string>& q) { returns<std::int64_t>(q.maxsize()); }

// probe: asyncio.{Queue,LifoQueue,PriorityQueue}.put
asyncio::Coroutine<> queue_put(asyncio::Queue<std::string>& q) { co_await q.put("item"); }

// probe: asyncio.{Queue,LifoQueue,PriorityQueue}.put_nowait
void queue_put_nowait(asyncio::Queue<std::string>& q) { q.put_nowait("item"); }

// probe: asyncio.{Queue,LifoQueue,PriorityQueue}.qsize
void queue_qsize(asyncio::Queue<std::string>& q) { returns<std::int64_t>(q.qsize()); }

// probe: asyncio.{Queue,LifoQueue,PriorityQueue}.shutdown
void queue_shutdown(asyncio::Queue<std::string>& q) {
  q.shutdown();
  q.shutdown(true);
  q.shutdown({.immediate = true});
}

// probe: asyncio.{Queue,LifoQueue,PriorityQueue}.task_done
void queue_task_done(asyncio::Queue<std::string>& q) { q.task_done(); }

// probe: asyncio.LifoQueue
void lifo() {
  asyncio::LifoQueue<int> unbounded;
  asyncio::LifoQueue<int> positional(10);
  asyncio::LifoQueue<int> keyword({.maxsize = 10});
}

// probe: asyncio.PriorityQueue
void priority() {
  asyncio::PriorityQueue<int> unbounded;
  asyncio::PriorityQueue<int> positional(10);
  asyncio::PriorityQueue<int> keyword({.maxsize = 10});
}

// probe: asyncio.QueueEmpty
void queue_empty_error() {
  static_assert(std::derived_from<asyncio::QueueEmpty, std::exception>);
  try {
    throw asyncio::QueueEmpty();
  } catch (const asyncio::QueueEmpty& error) {
    returns<const char*>(error.what());
  }
}

// probe: asyncio.QueueFull
void queue_full_error() {
  static_assert(std::derived_from<asyncio::QueueFull, std::exception>);
  try {
    throw asyncio::QueueFull();
  } catch (const asyncio::QueueFull& error) {
    returns<const char*>(error.what());
  }
}

// probe: asyncio.QueueShutDown
void queue_shut_down_error() {
  static_assert(std::derived_from<asyncio::QueueShutDown, std::exception>);
  try {
    throw asyncio::QueueShutDown();
  } catch (const asyncio::QueueShutDown& error) {
    returns<const char*>(error.what());
  }
}
