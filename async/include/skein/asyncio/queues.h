// skein/asyncio/queues.h - queues between the tasks of a loop. Python: asyncio.Queue, LifoQueue, PriorityQueue.
#ifndef SKEIN_ASYNCIO_QUEUES_H_
#define SKEIN_ASYNCIO_QUEUES_H_

#include <skein/asyncio/errors.h>
#include <skein/asyncio/internal/queue_core.h>
#include <skein/queue/internal/basic_queue.h>
#include <skein/queue/internal/heap.h>
#include <skein/queue/priority_queue.h>

#include <concepts>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <ostream>
#include <type_traits>
#include <utility>

namespace skein::inline v0::asyncio {

// The keyword argument of the queues.
struct QueueOptions {
  std::int64_t maxsize = 0;
};
// The keyword argument of shutdown.
struct QueueShutdownOptions {
  bool immediate = false;
};

}  // namespace skein::inline v0::asyncio

namespace skein::inline v0::internal {

// First in, first out.
template <class T>
class DequeItems {
 public:
  void push(T&& item) { items_.push_back(std::move(item)); }
  T pop() {
    T item = std::move(items_.front());
    items_.pop_front();
    return item;
  }
  [[nodiscard]] auto take_all() noexcept { return std::exchange(items_, {}); }

 private:
  std::deque<T> items_;
};

// Another order, by the items of the queues between threads.
template <class T, template <class> class Order>
class OrderedItems {
  using Items = VectorItems<T, Order>;

 public:
  explicit OrderedItems(typename Items::Items items) : items_(std::move(items)) {}
  void push(T&& item) {
    const auto place = items_.make_room(item);
    if constexpr (Items::kBoxed) {
      typename Items::Cell cell;
      cell.fill(std::move(item));
      items_.push(place, std::move(cell));
    } else {
      items_.push(place, std::move(item));
    }
  }
  T pop() {
    const auto plan = items_.plan();
    T item = std::move(items_.front());
    static_cast<void>(items_.pop(plan));
    return item;
  }
  [[nodiscard]] auto take_all() noexcept { return items_.take_all(); }

 private:
  Items items_;
};

// Threads:  the loop's own thread only. Belongs to the loop in which a task first waited for it.
// Order:    who waits is served in the order of coming; a task that runs may be faster than one that was just woken.
// Items:    any movable type. An item whose move throws stays where it was.
// Cancel:   a put() that is cancelled has put nothing, a get() has taken nothing.
// Lifetime: must outlive those who wait.
template <class T, class Items>
class BasicAsyncQueue {
  static_assert(std::is_object_v<T> && std::move_constructible<T>, "skein: a queue's items must be movable objects");

  struct Put {
    BasicAsyncQueue& queue;
    T item;
    [[nodiscard]] bool ready() const { return !queue.full() || queue.core_.is_shutdown(); }
    [[nodiscard]] asyncio::Coroutine<> wait() const { return queue.core_.wait_for_room(); }
    void run() { queue.put_nowait(std::move(item)); }
    void failed() { queue.core_.pass_room_on(); }
  };
  struct Get {
    BasicAsyncQueue& queue;
    [[nodiscard]] bool ready() const { return !queue.empty() || queue.core_.is_shutdown(); }
    [[nodiscard]] asyncio::Coroutine<> wait() const { return queue.core_.wait_for_item(); }
    T run() { return queue.take(); }
    void failed() { queue.core_.pass_item_on(); }
  };

 public:
  using value_type = T;

  BasicAsyncQueue(const BasicAsyncQueue&) = delete;
  BasicAsyncQueue& operator=(const BasicAsyncQueue&) = delete;

  // To be awaited: puts the item in, once there is room. Errors: QueueShutDown.
  [[nodiscard]] auto put(T item) { return AfterWaiting<Put>(Put{*this, std::move(item)}); }
  // Errors: QueueShutDown; QueueFull.
  void put_nowait(T item) {
    core_.require_room();
    items_.push(std::move(item));
    core_.count_put();
  }
  // To be awaited: takes an item out, once there is one. Errors: QueueShutDown if it is shut down and empty.
  [[nodiscard]] auto get() noexcept { return AfterWaiting<Get>(Get{*this}); }
  // Errors: QueueEmpty, or QueueShutDown if it is shut down besides.
  T get_nowait() {
    core_.require_item();
    return take();
  }
  // Beyond Python: an item if there is one.
  [[nodiscard]] std::optional<T> try_get() { return empty() ? std::nullopt : std::optional<T>(take()); }

  [[nodiscard]] std::int64_t qsize() const noexcept { return core_.qsize(); }
  // Python: a property. Zero or less: no bound.
  [[nodiscard]] std::int64_t maxsize() const noexcept { return core_.maxsize(); }
  [[nodiscard]] bool empty() const noexcept { return core_.empty(); }
  [[nodiscard]] bool full() const noexcept { return core_.full(); }

  // An item that was taken is dealt with. Errors: ValueError ("task_done() called too many times").
  void task_done() { core_.task_done(); }
  // To be awaited: waits until task_done() was called for every item that was ever put in.
  [[nodiscard]] asyncio::Coroutine<> join() { return core_.join(); }
  // Python 3.13: no put() from now on, and no get() once it is empty; those who wait are told. `immediate`: the items
  // are dropped, and count as dealt with. May be called again.
  template <std::same_as<bool> B>
  void shutdown(B immediate) {
    core_.shut_down();
    if (!immediate) {
      core_.wake_everybody();
      return;
    }
    const auto dropped = items_.take_all();  // Destroyed at the end: their destructors may use the queue.
    core_.count_dropped();
    core_.wake_everybody();
  }
  void shutdown(asyncio::QueueShutdownOptions options = {}) { shutdown(options.immediate); }

 protected:
  explicit BasicAsyncQueue(std::int64_t maxsize, Items items = Items()) : core_(maxsize), items_(std::move(items)) {}
  ~BasicAsyncQueue() = default;
  [[nodiscard]] const AsyncQueueCore& core() const noexcept { return core_; }

 private:
  [[nodiscard]] T take() {
    core_.require_item();
    T item = items_.pop();
    core_.count_taken();
    return item;
  }

  AsyncQueueCore core_;
  Items items_;
};

}  // namespace skein::inline v0::internal

namespace skein::inline v0::asyncio {

// First in, first out. Python: asyncio.Queue. Members: internal::BasicAsyncQueue.
template <class T>
class Queue : public internal::BasicAsyncQueue<T, internal::DequeItems<T>> {
 public:
  explicit Queue(std::int64_t maxsize = 0) : internal::BasicAsyncQueue<T, internal::DequeItems<T>>(maxsize) {}
  explicit Queue(QueueOptions options) : Queue(options.maxsize) {}
  // As Python's repr, without the items.
  friend std::ostream& operator<<(std::ostream& stream, const Queue& queue) {
    return stream << queue.core().describe("Queue");
  }
};

// Last in, first out. Python: asyncio.LifoQueue.
template <class T>
class LifoQueue : public internal::BasicAsyncQueue<T, internal::OrderedItems<T, internal::Stack>> {
  using Base = internal::BasicAsyncQueue<T, internal::OrderedItems<T, internal::Stack>>;

 public:
  explicit LifoQueue(std::int64_t maxsize = 0)
      : Base(maxsize,
             internal::OrderedItems<T, internal::Stack>(typename internal::VectorItems<T, internal::Stack>::Items())) {}
  explicit LifoQueue(QueueOptions options) : LifoQueue(options.maxsize) {}
  friend std::ostream& operator<<(std::ostream& stream, const LifoQueue& queue) {
    return stream << queue.core().describe("LifoQueue");
  }
};

// The smallest first, by `Less`, equal ones as CPython's heapq gives them. Python: asyncio.PriorityQueue.
// A comparison that throws leaves the queue as it was.
template <class T, class Less = std::less<>>
class PriorityQueue
    : public internal::BasicAsyncQueue<T, internal::OrderedItems<T, internal::HeapBy<Less>::template Order>> {
  using Items = internal::OrderedItems<T, internal::HeapBy<Less>::template Order>;
  using Heap = typename internal::VectorItems<T, internal::HeapBy<Less>::template Order>::Items;

 public:
  explicit PriorityQueue(std::int64_t maxsize = 0, Less less = Less())
      : internal::BasicAsyncQueue<T, Items>(maxsize, Items(Heap(std::move(less)))) {}
  explicit PriorityQueue(QueueOptions options, Less less = Less()) : PriorityQueue(options.maxsize, std::move(less)) {}
  friend std::ostream& operator<<(std::ostream& stream, const PriorityQueue& queue) {
    return stream << queue.core().describe("PriorityQueue");
  }
};

}  // namespace skein::inline v0::asyncio

#endif  // SKEIN_ASYNCIO_QUEUES_H_
