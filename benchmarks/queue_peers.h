// benchmarks/queue_peers.h - every queue under one pair of names.
//
// A queue of the benchmark is made from a capacity (0: no limit) and the number
// of threads, and hands each thread a `Putter` or a `Getter`: `put(T)` and
// `T get()`, both waiting as long as it takes.
#ifndef SKEIN_BENCHMARKS_QUEUE_PEERS_H_
#define SKEIN_BENCHMARKS_QUEUE_PEERS_H_

#include <concurrentqueue/blockingconcurrentqueue.h>
#include <readerwriterqueue/readerwritercircularbuffer.h>
#include <readerwriterqueue/readerwriterqueue.h>
#include <tbb/concurrent_queue.h>

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <utility>

#include <skein/queue.h>

#include "floors.h"

namespace bench::queues {

// The handle of a queue that has put() and get() itself.
template <class Q, class T>
class Direct {
 public:
  explicit Direct(Q& queue) : queue_(&queue) {}
  void put(T item) { queue_->put(std::move(item)); }
  T get() { return queue_->get(); }

 private:
  Q* queue_;
};

// --- Floors: rings, and so bounded in unbounded rows too ---

inline constexpr std::size_t kFloorCapacity = 1024;

template <class Q, class T>
class Floor : public Q {
 public:
  explicit Floor(std::size_t capacity) : Q(capacity == 0 ? kFloorCapacity : capacity) {}
  Direct<Q, T> putter() { return Direct<Q, T>(*this); }
  Direct<Q, T> getter() { return Direct<Q, T>(*this); }
};

template <class T>
using Spsc = Floor<floors::SpscRing<T>, T>;
template <class T>
using Rigtorp = Floor<floors::RigtorpRing<T>, T>;
template <class T>
using Ticket = Floor<floors::TicketRing<T, 0>, T>;
template <class T>
using TicketPausing = Floor<floors::TicketRing<T, 16>, T>;

// --- skein ---

template <class T>
class SkeinQueue {
 public:
  explicit SkeinQueue(std::size_t capacity) : queue_(static_cast<std::int64_t>(capacity)) {}
  Direct<skein::queue::Queue<T>, T> putter() { return Direct<skein::queue::Queue<T>, T>(queue_); }
  Direct<skein::queue::Queue<T>, T> getter() { return Direct<skein::queue::Queue<T>, T>(queue_); }

 private:
  skein::queue::Queue<T> queue_;
};

template <class T>
class SkeinSimpleQueue {
 public:
  explicit SkeinSimpleQueue(std::size_t) {}
  Direct<skein::queue::SimpleQueue<T>, T> putter() { return Direct<skein::queue::SimpleQueue<T>, T>(queue_); }
  Direct<skein::queue::SimpleQueue<T>, T> getter() { return Direct<skein::queue::SimpleQueue<T>, T>(queue_); }

 private:
  skein::queue::SimpleQueue<T> queue_;
};

// --- Peers ---

// The textbook: one mutex, two condition variables. kCounted: notify only when
// somebody waits.
template <class T, bool kCounted>
class MutexQueue {
 public:
  explicit MutexQueue(std::size_t capacity) : capacity_(capacity) {}

  void put(T item) {
    std::unique_lock guard(mutex_);
    if (capacity_ != 0) {
      ++waiting_putters_;
      not_full_.wait(guard, [&] { return items_.size() < capacity_; });
      --waiting_putters_;
    }
    items_.push_back(std::move(item));
    const bool notify = !kCounted || waiting_getters_ > 0;
    guard.unlock();
    if (notify) not_empty_.notify_one();
  }

  T get() {
    std::unique_lock guard(mutex_);
    ++waiting_getters_;
    not_empty_.wait(guard, [&] { return !items_.empty(); });
    --waiting_getters_;
    T item = std::move(items_.front());
    items_.pop_front();
    const bool notify = capacity_ != 0 && (!kCounted || waiting_putters_ > 0);
    guard.unlock();
    if (notify) not_full_.notify_one();
    return item;
  }

  Direct<MutexQueue, T> putter() { return Direct<MutexQueue, T>(*this); }
  Direct<MutexQueue, T> getter() { return Direct<MutexQueue, T>(*this); }

 private:
  const std::size_t capacity_;
  std::mutex mutex_;
  std::condition_variable not_empty_;
  std::condition_variable not_full_;
  int waiting_getters_ = 0;
  int waiting_putters_ = 0;
  std::deque<T> items_;
};

template <class T>
class TbbQueue {
 public:
  explicit TbbQueue(std::size_t capacity) {
    if (capacity != 0) queue_.set_capacity(static_cast<std::ptrdiff_t>(capacity));
  }
  void put(T item) { queue_.push(std::move(item)); }
  T get() {
    T item;
    queue_.pop(item);
    return item;
  }
  Direct<TbbQueue, T> putter() { return Direct<TbbQueue, T>(*this); }
  Direct<TbbQueue, T> getter() { return Direct<TbbQueue, T>(*this); }

 private:
  tbb::concurrent_bounded_queue<T> queue_;
};

// FIFO for each producer only. Unbounded.
template <class T>
class Moodycamel {
 public:
  explicit Moodycamel(std::size_t) {}
  void put(T item) { queue_.enqueue(std::move(item)); }
  T get() {
    T item;
    queue_.wait_dequeue(item);
    return item;
  }
  Direct<Moodycamel, T> putter() { return Direct<Moodycamel, T>(*this); }
  Direct<Moodycamel, T> getter() { return Direct<Moodycamel, T>(*this); }

 private:
  moodycamel::BlockingConcurrentQueue<T> queue_;
};

template <class T>
class MoodycamelTokens {
  using Queue = moodycamel::BlockingConcurrentQueue<T>;

 public:
  explicit MoodycamelTokens(std::size_t) {}

  class Putter {
   public:
    explicit Putter(Queue& queue) : queue_(&queue), token_(queue) {}
    void put(T item) { queue_->enqueue(token_, std::move(item)); }

   private:
    Queue* queue_;
    moodycamel::ProducerToken token_;
  };

  class Getter {
   public:
    explicit Getter(Queue& queue) : queue_(&queue), token_(queue) {}
    T get() {
      T item;
      queue_->wait_dequeue(token_, item);
      return item;
    }

   private:
    Queue* queue_;
    moodycamel::ConsumerToken token_;
  };

  Putter putter() { return Putter(queue_); }
  Getter getter() { return Getter(queue_); }

 private:
  Queue queue_;
};

// One producer, one consumer; the bounded one is a ring of its own.
template <class T>
class MoodycamelSpsc {
 public:
  explicit MoodycamelSpsc(std::size_t) {}
  void put(T item) { queue_.enqueue(std::move(item)); }
  T get() {
    T item;
    queue_.wait_dequeue(item);
    return item;
  }
  Direct<MoodycamelSpsc, T> putter() { return Direct<MoodycamelSpsc, T>(*this); }
  Direct<MoodycamelSpsc, T> getter() { return Direct<MoodycamelSpsc, T>(*this); }

 private:
  moodycamel::BlockingReaderWriterQueue<T> queue_;
};

template <class T>
class MoodycamelSpscBounded {
 public:
  explicit MoodycamelSpscBounded(std::size_t capacity) : queue_(capacity) {}
  void put(T item) { queue_.wait_enqueue(std::move(item)); }
  T get() {
    T item;
    queue_.wait_dequeue(item);
    return item;
  }
  Direct<MoodycamelSpscBounded, T> putter() { return Direct<MoodycamelSpscBounded, T>(*this); }
  Direct<MoodycamelSpscBounded, T> getter() { return Direct<MoodycamelSpscBounded, T>(*this); }

 private:
  moodycamel::BlockingReaderWriterCircularBuffer<T> queue_;
};

}  // namespace bench::queues

#endif  // SKEIN_BENCHMARKS_QUEUE_PEERS_H_
