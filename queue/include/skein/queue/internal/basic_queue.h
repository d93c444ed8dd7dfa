// skein/queue/internal/basic_queue.h - the members that Queue, LifoQueue and PriorityQueue share.
#ifndef SKEIN_QUEUE_INTERNAL_BASIC_QUEUE_H_
#define SKEIN_QUEUE_INTERNAL_BASIC_QUEUE_H_

#include <skein/core/timeout.h>
#include <skein/queue/errors.h>
#include <skein/queue/internal/cell.h>
#include <skein/queue/internal/core.h>
#include <skein/queue/internal/fifo.h>
#include <skein/queue/internal/heap.h>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <iterator>
#include <optional>
#include <stop_token>
#include <type_traits>
#include <utility>
#include <vector>

namespace skein::inline v0 {

namespace queue {

// The keyword arguments of put, after the item.
struct PutOptions {
  bool block = true;
  Timeout timeout = None;
};
// The keyword arguments of get.
struct GetOptions {
  bool block = true;
  Timeout timeout = None;
};
// The keyword arguments of the queues' constructors.
struct QueueOptions {
  std::int64_t maxsize = 0;
};
// The keyword arguments of shutdown.
struct ShutdownOptions {
  bool immediate = false;
};

}  // namespace queue

namespace internal {

// The items of a queue in the order of their coming. The lock is held in push, and from plan to take.
template <class T>
class FifoItems {
 public:
  static constexpr bool kBoxed = !kMovesQuietly<T>;
  using Cell = std::conditional_t<kBoxed, BoxedItem<T>, PlainItem<T>>;

  // What may throw of a push; then nothing has changed.
  struct Place {};
  [[nodiscard]] Place make_room(const T&) {
    items_.make_room();
    return {};
  }
  void push(Place, Cell&& cell) noexcept { items_.push(std::move(cell)); }
  void push(Place, T&& item) noexcept
    requires(!kBoxed)
  {
    items_.push(std::in_place, std::move(item));
  }
  struct Plan {};
  [[nodiscard]] Plan plan() const noexcept { return {}; }
  [[nodiscard]] T& front() noexcept { return *items_.front(); }
  // What keeps the remains of the front item, to be destroyed outside the lock.
  auto pop(Plan) noexcept {
    if constexpr (kBoxed) {
      struct Remains {
        Cell box;
        typename Fifo<Cell>::Husk husk;
      };
      Cell& front = items_.front();
      return Remains{std::move(front), items_.pop()};
    } else {
      static_cast<void>(items_.front());
      return items_.pop();
    }
  }
  // Takes all out, to be cleared outside the lock; then keep_rest_of() under it, if there is a rest.
  using Dropped = Fifo<Cell>;
  [[nodiscard]] Dropped take_all() noexcept { return std::move(items_); }
  void keep_rest_of(Dropped& dropped) noexcept { items_.keep_rest_of(dropped); }
  [[nodiscard]] static bool has_rest(const Dropped& dropped) noexcept { return dropped.has_rest(); }

 private:
  Fifo<Cell> items_;
};

// The items of a LifoQueue or PriorityQueue: a vector that moves them about, so whatever has a destructor is boxed.
template <class T>
inline constexpr bool kLiesInVector =
    kMovesQuietly<T> && std::is_trivially_destructible_v<T> && std::is_nothrow_move_assignable_v<T>;

template <class T, template <class> class Order>
class VectorItems {
 public:
  static constexpr bool kBoxed = !kLiesInVector<T>;
  using Cell = std::conditional_t<kBoxed, BoxedItem<T>, PlainItem<T>>;
  using Items = Order<Cell>;
  using Place = typename Items::Place;
  using Plan = typename Items::Plan;

  explicit VectorItems(Items items) : items_(std::move(items)) {}

  [[nodiscard]] Place make_room(const T& item) { return items_.make_room(item); }
  void push(Place place, Cell&& cell) noexcept { items_.push(place, std::move(cell)); }
  void push(Place place, T&& item) noexcept
    requires(!kBoxed)
  {
    items_.push(place, Cell(std::in_place, std::move(item)));
  }
  [[nodiscard]] Plan plan() const { return items_.plan(); }
  [[nodiscard]] T& front() noexcept { return *items_.front(); }
  auto pop(Plan plan) noexcept { return items_.pop(plan); }
  using Dropped = std::vector<Cell>;
  [[nodiscard]] Dropped take_all() noexcept { return items_.take_all(); }
  void keep_rest_of(Dropped&) noexcept {}
  [[nodiscard]] static bool has_rest(const Dropped&) noexcept { return false; }

 private:
  Items items_;
};

// Threads:  any member, from any thread, at any time.
// Lifetime: destroying it while threads wait in it wakes them with ShutDown and waits until they have left. Nobody
//           may begin a call then, except for the destructors of the items that are left, which find it shut down.
// Ordering: what was done before a put() is visible after the get() that gave its item. Who waits is served in the
//           order of coming, but a running thread may be faster than one that was just woken.
// Items:    any movable type, move-only too. If a copy, move or comparison throws, the item stays where it was (in
//           the caller's hand, or in the queue) and the queue stays usable. Items are copied and destroyed outside
//           the lock, so an item's destructor may use the queue. Moves and comparisons run under the lock and must
//           not use the queue.
// Cost:     one lock and one unlock, without system calls unless somebody sleeps. Nothing is allocated for a
//           `maxsize`, however large.
// Fork:     in a forked child a queue that another thread was just using throws RuntimeError, and its items are never
//           destroyed; any other works.
template <class T, class Items>
class BasicQueue {
  static_assert(std::is_object_v<T> && std::move_constructible<T>, "skein: a queue's items must be movable objects");

 public:
  using value_type = T;

  BasicQueue(const BasicQueue&) = delete;
  BasicQueue& operator=(const BasicQueue&) = delete;

  // Adds an item, waiting for a free place if there are `maxsize` items: not at all if not `block` (then `timeout`
  // does not matter), else for at most `timeout` (monotonic, from entry; None: no limit; zero: only looks).
  // If it throws, the argument is untouched.
  // Errors: Full if no place became free in time; ShutDown if the queue is or gets shut down; ValueError if `timeout`
  // is NaN, or negative in a blocking put to a bounded queue (as in CPython, others do not look at it).
  void put(T&& item) {
    Box box;
    put_ready(std::move(item), box, core_.begin_put());
  }
  void put(const T& item)
    requires std::copy_constructible<T>
  {
    put_copy(item, {});
  }
  template <std::same_as<bool> B>
  void put(T&& item, B block, Timeout timeout = None) {
    Box box;
    put_ready(std::move(item), box, core_.begin_put({.block = block, .timeout = timeout}));
  }
  template <std::same_as<bool> B>
    requires std::copy_constructible<T>
  void put(const T& item, B block, Timeout timeout = None) {
    put_copy(item, {.block = block, .timeout = timeout});
  }
  void put(T&& item, queue::PutOptions options) { put(std::move(item), options.block, options.timeout); }
  void put(const T& item, queue::PutOptions options)
    requires std::copy_constructible<T>
  {
    put_copy(item, {.block = options.block, .timeout = options.timeout});
  }
  // put(item, false).
  void put_nowait(T&& item) { put(std::move(item), false); }
  void put_nowait(const T& item)
    requires std::copy_constructible<T>
  {
    put(item, false);
  }
  // Adds an item if there is a place for it. If not, or after a shutdown, returns false and leaves the item untouched.
  [[nodiscard]] bool try_put(T&& item) {
    Box box;
    return store(std::move(item), box, core_.begin_put({.block = false}));
  }
  [[nodiscard]] bool try_put(const T& item)
    requires std::copy_constructible<T>
  {
    return try_put(T(item));
  }
  // The same, waiting until a place is free, `stop` is requested or `timeout` has passed.
  template <std::same_as<std::stop_token> S>
  [[nodiscard]] bool try_put(T&& item, S stop, Timeout timeout = None) {
    Box box;
    const auto outcome = core_.begin_put({.timeout = timeout, .stop = &stop});
    if (outcome == QueueCore::Outcome::kNegativeTimeout) QueueCore::throw_for_put(outcome);
    return store(std::move(item), box, outcome);
  }
  template <std::same_as<std::stop_token> S>
    requires std::copy_constructible<T>
  [[nodiscard]] bool try_put(const T& item, S stop, Timeout timeout = None) {
    return try_put(T(item), stop, timeout);
  }

  // Takes the next item out, waiting until there is one: not at all if not `block` (then `timeout` does not matter),
  // else for at most `timeout` (monotonic, from entry; None: no limit; zero: only looks).
  // Errors: Empty if none came in time; ShutDown if there is none and the queue is or gets shut down; ValueError if
  // `timeout` is NaN, or negative in a blocking get.
  T get() { return take_ready(core_.begin_get()); }
  template <std::same_as<bool> B>
  T get(B block, Timeout timeout = None) {
    return take_ready(core_.begin_get({.block = block, .timeout = timeout}));
  }
  T get(queue::GetOptions options) { return get(options.block, options.timeout); }
  // get(false).
  T get_nowait() { return get(false); }
  // Takes the next item out if there is one.
  [[nodiscard]] std::optional<T> try_get() { return take_optional(core_.begin_get({.block = false})); }
  // The same, waiting until there is one, `stop` is requested, `timeout` has passed or the queue is shut down.
  template <std::same_as<std::stop_token> S>
  [[nodiscard]] std::optional<T> try_get(S stop, Timeout timeout = None) {
    const auto outcome = core_.begin_get({.timeout = timeout, .stop = &stop});
    if (outcome == QueueCore::Outcome::kNegativeTimeout) QueueCore::throw_for_get(outcome);
    return take_optional(outcome);
  }

  // How many items there are, whether none, whether `maxsize`: exact at a moment during the call. An item whose put
  // has returned, as far as the caller can know, is counted.
  [[nodiscard]] std::size_t qsize() const { return core_.size(); }
  [[nodiscard]] bool empty() const { return qsize() == 0; }
  [[nodiscard]] bool full() const {
    return core_.maxsize() > 0 && qsize() >= static_cast<std::size_t>(core_.maxsize());
  }
  // As given to the constructor; zero or less: unbounded.
  [[nodiscard]] std::int64_t maxsize() const noexcept { return core_.maxsize(); }

  // Says that the work on an item got before is done; the last one frees those in join().
  // Errors: ValueError ("task_done() called too many times") beyond the number of items put.
  void task_done() {
    if (!core_.task_done()) QueueCore::throw_too_many_done();
  }
  // Waits until task_done() has been called for every item put.
  void join() { core_.join({}); }
  // The same until `stop` is requested or `timeout` has passed (zero or less: only looks): false then.
  template <std::same_as<std::stop_token> S>
  bool join(S stop, Timeout timeout = None) {
    return core_.join({.deadline = Deadline(timeout), .stop = &stop});
  }

  // From now on put() throws ShutDown, and so does get() when the queue is empty; who waits in them is woken. If
  // `immediate`, the items are dropped and counted as done, which may end join(). Shut down already: takes effect
  // again (an immediate one after a gentle one drops what is left).
  void shutdown() { shut_down(false); }
  template <std::same_as<bool> B>
  void shutdown(B immediate) {
    shut_down(immediate);
  }
  void shutdown(queue::ShutdownOptions options) { shut_down(options.immediate); }
  // Whether shutdown() has been called. (Python: an attribute.)
  [[nodiscard]] bool is_shutdown() const { return core_.is_shut_down(); }

  // The items as they come, until the queue is shut down and empty: `for (T& item : q.consume())`. An input range;
  // several threads may each have one.
  class Consumer {
    // Made where it is to stay, by the very move that takes the item out of the queue.
    struct Held {
      explicit Held(BasicQueue& from) : item(from.take_ready(QueueCore::Outcome::kReady)) {}
      T item;
    };

   public:
    class iterator {
     public:
      using iterator_concept = std::input_iterator_tag;
      using value_type = T;
      using difference_type = std::ptrdiff_t;

      [[nodiscard]] T& operator*() const noexcept { return (*item_)->item; }
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
      std::optional<Held>* item_;
    };

    // Waits for the first item.
    [[nodiscard]] iterator begin() {
      next();
      return iterator(this);
    }
    [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

   private:
    friend class BasicQueue;
    explicit Consumer(BasicQueue& source) noexcept : queue_(source) {}
    void next() {
      item_.reset();  // Before waiting for another.
      if (queue_.core_.begin_get() == QueueCore::Outcome::kReady) item_.emplace(queue_);
    }
    BasicQueue& queue_;
    std::optional<Held> item_;
  };
  [[nodiscard]] Consumer consume() noexcept { return Consumer(*this); }

 protected:
  BasicQueue(std::int64_t maxsize, Items items) : items_(std::move(items)), core_(maxsize) {}
  ~BasicQueue() {
    if (!core_.begin_destruction()) return;
    drop_items();
    items_.~Items();
  }

 private:
  using Outcome = QueueCore::Outcome;
  using Cell = typename Items::Cell;
  struct NoBox {};
  // What an item needs to be put, made before the lock is taken and destroyed after it is given back.
  using Box = std::conditional_t<Items::kBoxed, Cell, NoBox>;

  // Gives the core its lock back if an exception passes.
  template <void (QueueCore::*leave)() noexcept>
  struct LeaveOnError {
    explicit LeaveOnError(QueueCore& entered) noexcept : core(entered) {}
    LeaveOnError(const LeaveOnError&) = delete;
    LeaveOnError& operator=(const LeaveOnError&) = delete;
    ~LeaveOnError() {
      if (armed) (core.*leave)();
    }
    QueueCore& core;
    bool armed = true;
  };

  void put_ready(T&& item, Box& box, Outcome outcome) {
    if (!store(std::move(item), box, outcome)) [[unlikely]]
      QueueCore::throw_for_put(outcome);
  }

  // Moves the item in if the core is ready for it; last of all, after whatever else may throw.
  bool store(T&& item, [[maybe_unused]] Box& box, Outcome outcome) {
    if (outcome != Outcome::kReady) return false;
    LeaveOnError<&QueueCore::leave_put> guard(core_);
    const auto place = items_.make_room(std::as_const(item));
    if constexpr (Items::kBoxed) {
      box.fill(std::move(item));
      items_.push(place, std::move(box));
    } else {
      items_.push(place, std::move(item));
    }
    guard.armed = false;
    core_.end_put();
    return true;
  }

  // Copies before the lock is taken.
  void put_copy(const T& item, const QueueRequest& request) {
    if constexpr (Items::kBoxed) {
      Cell cell;
      cell.fill(item);
      const Outcome outcome = core_.begin_put(request);
      if (outcome != Outcome::kReady) QueueCore::throw_for_put(outcome);
      LeaveOnError<&QueueCore::leave_put> guard(core_);
      const auto place = items_.make_room(std::as_const(*cell));
      items_.push(place, std::move(cell));
      guard.armed = false;
      core_.end_put();
    } else {
      T copy(item);  // Not as an argument: GCC would call begin_put() first.
      Box box;
      put_ready(std::move(copy), box, core_.begin_put(request));
    }
  }

  // Ends a get, once the item has been moved out of the front: on success takes it off the queue and destroys what is
  // left of it outside the lock; if an exception passes, everything stays as it was.
  class Taking {
   public:
    explicit Taking(BasicQueue& from) : from_(from), guard_(from.core_), plan_(from.items_.plan()) {}
    Taking(const Taking&) = delete;
    Taking& operator=(const Taking&) = delete;
    [[nodiscard]] T&& front() noexcept { return std::move(from_.items_.front()); }
    ~Taking() {
      if (std::uncaught_exceptions() != exceptions_) return;
      guard_.armed = false;
      [[maybe_unused]] const auto remains = from_.items_.pop(plan_);
      from_.core_.end_get();
    }

   private:
    BasicQueue& from_;
    LeaveOnError<&QueueCore::leave_get> guard_;
    const typename Items::Plan plan_;
    const int exceptions_ = std::uncaught_exceptions();
  };

  T take_ready(Outcome outcome) {
    if (outcome != Outcome::kReady) [[unlikely]]
      QueueCore::throw_for_get(outcome);
    if constexpr (std::is_trivially_copyable_v<T> && !Items::kBoxed && std::is_empty_v<typename Items::Plan>) {
      T item = std::move(items_.front());
      static_cast<void>(items_.pop({}));
      core_.end_get();
      return item;
    } else {
      Taking taking(*this);
      return T(taking.front());
    }
  }

  std::optional<T> take_optional(Outcome outcome) {
    if (outcome != Outcome::kReady) return std::nullopt;
    Taking taking(*this);
    return std::optional<T>(std::in_place, taking.front());
  }

  void shut_down(bool immediate) {
    core_.begin_shutdown(immediate);
    if (immediate) {
      drop_items();
    } else {
      core_.end_shutdown();
    }
  }

  // Ends an immediate shutdown.
  void drop_items() {
    typename Items::Dropped dropped = items_.take_all();
    core_.end_shutdown();
    dropped.clear();  // What the items do in their destructors, they may do here.
    if (Items::has_rest(dropped)) {
      core_.lock_items();
      items_.keep_rest_of(dropped);
      core_.unlock_items();
    }
  }

  union {
    Items items_;  // Destroyed by hand: in a forked child they may have been left in the middle of a change.
  };
  QueueCore core_;
};

}  // namespace internal
}  // namespace skein::inline v0

#endif  // SKEIN_QUEUE_INTERNAL_BASIC_QUEUE_H_
