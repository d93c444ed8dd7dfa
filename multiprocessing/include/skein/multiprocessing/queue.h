// skein/multiprocessing/queue.h - a queue between processes. Python: multiprocessing.Queue.
#ifndef SKEIN_MULTIPROCESSING_QUEUE_H_
#define SKEIN_MULTIPROCESSING_QUEUE_H_

#include <skein/core/timeout.h>
#include <skein/multiprocessing/internal/queue_core.h>
#include <skein/pickle.h>
#include <skein/queue/errors.h>
#include <skein/queue/internal/basic_queue.h>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <stop_token>
#include <utility>

namespace skein::inline v0::multiprocessing {

// The keyword arguments, which are those of the queues between threads.
using queue::GetOptions;
using queue::PutOptions;
using queue::QueueOptions;
using queue::ShutdownOptions;

namespace queues {

// Strictly first in, first out for all processes and threads together, bounded or not. A handle: copies are the same
// queue, as with Python's references. Made before the processes that share it, which inherit it or are given it.
//
// There is no feeder thread, which is what differs from Python's: put() pickles and copies the item into shared memory
// before it returns. So an item that cannot be pickled is an error of the put() itself, an item whose put() has
// returned is there for everybody, qsize(), empty() and full() are exact, join_thread() has nothing to wait for, and a
// process that ends leaves nothing unflushed.
//
// Threads:  any member, from any thread and any process, at any time.
// Lifetime: the last copy must stay until no call is under way. The memory is freed with the last process that has it.
// Ordering: what was done before a put() is visible after the get() that gave its item. Who waits is served in no fixed
//           order.
// Items:    whatever pickle takes, move-only types too; put() leaves its argument as it is. They are pickled and
//           unpickled outside the locks. An item that cannot be unpickled is lost, alone, and get() throws what pickle
//           says.
// Cost:     one pickle and one copy on either side; a lock each for those who put and those who get; no system call
//           unless somebody sleeps. An item of more than 64 KiB is pickled where its getter unpickles it, without the
//           other copies, while there are fewer than 64 of them. Memory for what is in the queue, times two at the
//           most; what two large items had is kept for the next ones, until 64 to 128 others have not needed it. One
//           descriptor.
// Death:    a process that is killed in put() has put its item or has not; one that is killed in get() has taken it or
//           has not, and what it took is lost with it. Nothing else is: the others go on, within 50 ms if it held a
//           lock. recovered() tells how often that was so.
template <class T>
class Queue {
  static_assert(std::is_object_v<T>, "skein: a queue's items must be objects");

 public:
  using value_type = T;

  // `maxsize` of zero or less: no bound, but for 2^31 items and the memory there is.
  // Errors: OSError if there is no memory or no descriptor for it.
  Queue() : Queue(std::int64_t{0}) {}
  explicit Queue(std::int64_t maxsize) : core_(maxsize, kType) {}
  explicit Queue(QueueOptions options) : Queue(options.maxsize) {}

  // Adds an item, waiting for a free place if there are `maxsize` items: not at all if not `block` (then `timeout`
  // does not matter), else for at most `timeout` (monotonic, from entry; None: no limit; zero or less: only looks, as
  // in Python). Whatever they say, it waits for a put that is being copied. Errors: Full if no place became free in
  // time; ShutDown if the queue is or gets shut down; ValueError if it is closed here, or `timeout` is NaN; OSError if
  // there is no room for the item; OverflowError if it has more than 64 GiB, or there are 2^31 items; what pickle
  // throws. Then the item is not in the queue.
  void put(const T& item) const { put_with(item, {}); }
  template <std::same_as<bool> B>
  void put(const T& item, B block, Timeout timeout = None) const {
    put_with(item, {.block = block, .timeout = timeout});
  }
  void put(const T& item, PutOptions options) const {
    put_with(item, {.block = options.block, .timeout = options.timeout});
  }
  // put(item, false).
  void put_nowait(const T& item) const { put_with(item, {.block = false}); }
  // Adds an item if there is a place for it: false if not, or after a shutdown.
  [[nodiscard]] bool try_put(const T& item) const { return offer(item, {.block = false}) == Outcome::kDone; }
  // The same, waiting until a place is free, `stop` is requested or `timeout` has passed.
  template <std::same_as<std::stop_token> S>
  [[nodiscard]] bool try_put(const T& item, S stop, Timeout timeout = None) const {
    return offer(item, {.timeout = timeout, .stop = &stop}) == Outcome::kDone;
  }

  // Takes the next item out, waiting until there is one: not at all if not `block` (then `timeout` does not matter),
  // else for at most `timeout` (as put).
  // Errors: Empty if none came in time; ShutDown if there is none and the queue is or gets shut down; ValueError if it
  // is closed here, or `timeout` is NaN; std::bad_alloc, OSError if there is no memory to take it out, and then it
  // stays; what pickle throws, and then the item is lost.
  T get() const { return get_with({}); }
  template <std::same_as<bool> B>
  T get(B block, Timeout timeout = None) const {
    return get_with({.block = block, .timeout = timeout});
  }
  T get(GetOptions options) const { return get_with({.block = options.block, .timeout = options.timeout}); }
  // get(false).
  T get_nowait() const { return get_with({.block = false}); }
  // Takes the next item out if there is one.
  [[nodiscard]] std::optional<T> try_get() const { return take({.block = false}); }
  // The same, waiting until there is one, `stop` is requested, `timeout` has passed or the queue is shut down.
  template <std::same_as<std::stop_token> S>
  [[nodiscard]] std::optional<T> try_get(S stop, Timeout timeout = None) const {
    return take({.timeout = timeout, .stop = &stop});
  }

  // How many items there are, whether none, whether `maxsize`: exact at a moment during the call (Python: not
  // reliable). Also when it is closed.
  [[nodiscard]] std::size_t qsize() const noexcept { return core_.size(); }
  [[nodiscard]] bool empty() const noexcept { return qsize() == 0; }
  [[nodiscard]] bool full() const noexcept { return core_.is_full(); }
  // As given to the constructor; zero or less: unbounded.
  [[nodiscard]] std::int64_t maxsize() const noexcept { return core_.maxsize(); }

  // From now on put() throws ShutDown in every process, and so does get() when the queue is empty; who waits in them is
  // woken. If `immediate`, what is in the queue is dropped. Shut down already: takes effect again (an immediate one
  // after a gentle one drops what is left). As of queue::Queue; Python's has none.
  void shutdown() const { core_.shut_down(false); }
  template <std::same_as<bool> B>
  void shutdown(B immediate) const {
    core_.shut_down(immediate);
  }
  void shutdown(ShutdownOptions options) const { core_.shut_down(options.immediate); }
  // Whether that has been done, in whichever process.
  [[nodiscard]] bool is_shutdown() const noexcept { return core_.is_shut_down(); }

  // From now on put() and get() are a ValueError in this process; as in Python, not in one that it forks later. Closed
  // already: does nothing.
  void close() const noexcept { core_.close(); }
  // Returns at once: nothing is left to be flushed. Only after close().
  // Errors: AssertionError ("... not closed").
  void join_thread() const { core_.check_closed(); }
  // Does nothing.
  void cancel_join_thread() const noexcept {}

  // How often a process was killed inside of a put or a get, as far as others have met with it: then an item may have
  // been lost with it, one each time at the most.
  [[nodiscard]] std::uint64_t recovered() const noexcept { return core_.takeovers(); }

  // The items as they come, until the queue is shut down and empty: `for (T& item : q.consume())`. An input range;
  // several threads and processes may each have one.
  class Consumer {
   public:
    class iterator {
     public:
      using iterator_concept = std::input_iterator_tag;
      using value_type = T;
      using difference_type = std::ptrdiff_t;

      [[nodiscard]] T& operator*() const noexcept { return **item_; }
      iterator& operator++() {
        owner_->next();
        return *this;
      }
      void operator++(int) { ++*this; }
      friend bool operator==(const iterator& it, std::default_sentinel_t) noexcept { return !it.item_->has_value(); }

     private:
      friend class Consumer;
      explicit iterator(Consumer* owner) noexcept : owner_(owner), item_(&owner->item_) {}
      Consumer* owner_;
      std::optional<T>* item_;
    };

    // Waits for the first item.
    [[nodiscard]] iterator begin() {
      next();
      return iterator(this);
    }
    [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

   private:
    friend class Queue;
    explicit Consumer(const Queue& source) : queue_(source) {}
    void next() {
      item_.reset();  // Before waiting for another.
      internal::QueueBytes bytes;
      queue_.core_.check_open();
      if (queue_.core_.get(bytes, {}) == Outcome::kDone) item_.emplace(pickle::loads<T>(bytes.get()));
    }
    const Queue queue_;
    std::optional<T> item_;
  };
  // A range of the items, each taken out when the loop comes to it, up to a shutdown.
  [[nodiscard]] Consumer consume() const { return Consumer(*this); }

  // Whether both are one queue, as Python's `is`.
  friend bool operator==(const Queue& a, const Queue& b) noexcept { return a.core_ == b.core_; }

  // For a process that is being started.
  // Errors: RuntimeError where none is; on the other side, if that is a queue of other items; OSError.
  template <class Archive>
  void save(Archive& archive) const {
    archive(core_.pack());
  }
  template <class Archive>
  void load(Archive& archive) {
    internal::QueueAddress address;
    archive(address);
    core_.unpack(address, kType);
  }

 protected:
  using Outcome = internal::QueueCore::Outcome;
  using Request = skein::internal::QueueRequest;

  internal::QueueCore core_;

 private:
  static constexpr std::uint64_t kType =
      pickle::internal::mix(pickle::internal::hash_of(pickle::internal::type_name<T>()), sizeof(T));

  Outcome offer(const T& item, const Request& request) const {
    core_.check_open();
    // An item for which there is no place need not be pickled.
    if (!request.block && core_.is_full()) return core_.is_shut_down() ? Outcome::kShutDown : Outcome::kNotInTime;
    internal::QueueItem pickled(core_);
    pickle::internal::dump_to<T>(pickled, item);
    return core_.put(pickled, request);
  }
  void put_with(const T& item, const Request& request) const {
    if (const Outcome outcome = offer(item, request); outcome != Outcome::kDone) internal::throw_for_put(outcome);
  }
  T get_with(const Request& request) const {
    core_.check_open();
    internal::QueueBytes bytes;
    if (const Outcome outcome = core_.get(bytes, request); outcome != Outcome::kDone) internal::throw_for_get(outcome);
    return pickle::loads<T>(bytes.get());
  }
  std::optional<T> take(const Request& request) const {
    core_.check_open();
    internal::QueueBytes bytes;
    if (core_.get(bytes, request) != Outcome::kDone) return std::nullopt;
    return std::optional<T>(pickle::loads<T>(bytes.get()));
  }
};

}  // namespace queues

using queues::Queue;

}  // namespace skein::inline v0::multiprocessing

#endif  // SKEIN_MULTIPROCESSING_QUEUE_H_
