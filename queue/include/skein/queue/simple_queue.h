// skein/queue/simple_queue.h - first in, first out, without bound, tasks or shutdown. Python: queue.SimpleQueue.
#ifndef SKEIN_QUEUE_SIMPLE_QUEUE_H_
#define SKEIN_QUEUE_SIMPLE_QUEUE_H_

#include <skein/core/timeout.h>
#include <skein/queue/queue.h>

#include <concepts>
#include <cstddef>
#include <optional>
#include <stop_token>
#include <utility>

namespace skein::inline v0::queue {

// Threads, Lifetime, Ordering, Items, Cost, Fork: as Queue. put() may be called from the destructor of an item that
// get() gives, as in CPython; not from a signal handler.
template <class T>
class SimpleQueue {
 public:
  using value_type = T;

  SimpleQueue() = default;

  // Adds an item. Never blocks; `block` and `timeout` are there for Queue's sake and do not matter.
  void put(T&& item) { queue_.put(std::move(item)); }
  void put(const T& item)
    requires std::copy_constructible<T>
  {
    queue_.put(item);
  }
  template <std::same_as<bool> B>
  void put(T&& item, B, Timeout = None) {
    queue_.put(std::move(item));
  }
  template <std::same_as<bool> B>
    requires std::copy_constructible<T>
  void put(const T& item, B, Timeout = None) {
    queue_.put(item);
  }
  void put(T&& item, PutOptions) { queue_.put(std::move(item)); }
  void put(const T& item, PutOptions)
    requires std::copy_constructible<T>
  {
    queue_.put(item);
  }
  // The same.
  void put_nowait(T&& item) { queue_.put(std::move(item)); }
  void put_nowait(const T& item)
    requires std::copy_constructible<T>
  {
    queue_.put(item);
  }

  // As Queue.get.
  // Errors: Empty; ValueError if `timeout` is NaN, or negative in a blocking get.
  T get() { return queue_.get(); }
  template <std::same_as<bool> B>
  T get(B block, Timeout timeout = None) {
    return queue_.get(block, timeout);
  }
  T get(GetOptions options) { return queue_.get(options); }
  // get(false).
  T get_nowait() { return queue_.get_nowait(); }
  // As Queue.try_get.
  [[nodiscard]] std::optional<T> try_get() { return queue_.try_get(); }
  template <std::same_as<std::stop_token> S>
  [[nodiscard]] std::optional<T> try_get(S stop, Timeout timeout = None) {
    return queue_.try_get(stop, timeout);
  }

  // Exact, as Queue.qsize and Queue.empty.
  [[nodiscard]] std::size_t qsize() const { return queue_.qsize(); }
  [[nodiscard]] bool empty() const { return queue_.empty(); }

 private:
  Queue<T> queue_;
};

}  // namespace skein::inline v0::queue

#endif  // SKEIN_QUEUE_SIMPLE_QUEUE_H_
