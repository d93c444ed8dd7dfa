// skein/asyncio/locks.h - tasks of one loop that wait for each other. Python: asyncio.Lock, Event, Condition,
// Semaphore, BoundedSemaphore, Barrier.
//
// Of all of these:
// Threads:  the loop's own thread only. Each belongs to the loop in which a task first waited for it.
//           Errors: RuntimeError ("... is bound to a different event loop") when one waits in another.
// Order:    first come, first served. What must not wait does not let other tasks run.
// Cancel:   a task that is cancelled while it waits has nothing. One that was cancelled after it had been chosen, and
//           before it ran, hands on what it was chosen for.
// Lifetime: must outlive those who wait; they wait for ever otherwise, or until they are cancelled.
// Cost:     waiting allocates nothing.
#ifndef SKEIN_ASYNCIO_LOCKS_H_
#define SKEIN_ASYNCIO_LOCKS_H_

#include <skein/asyncio/coroutine.h>
#include <skein/asyncio/errors.h>
#include <skein/asyncio/internal/waiting.h>
#include <skein/core/errors.h>
#include <skein/core/export.h>

#include <concepts>
#include <coroutine>
#include <cstdint>
#include <exception>
#include <functional>
#include <iosfwd>
#include <limits>
#include <memory>
#include <type_traits>
#include <utility>

namespace skein::inline v0::asyncio {

// Holds a lock or a permit, and gives it back when it goes. Made by scoped().
template <class L>
class [[nodiscard]] Held {
 public:
  explicit Held(L& lock) noexcept : lock_(&lock) {}
  Held(Held&& other) noexcept : lock_(std::exchange(other.lock_, nullptr)) {}
  Held& operator=(Held&& other) noexcept {
    Held moved(std::move(other));
    std::swap(lock_, moved.lock_);
    return *this;
  }
  ~Held() {
    if (lock_ == nullptr) return;
    try {
      lock_->release();
    } catch (...) {  // Released already, or the loop is closed.
    }
  }

 private:
  L* lock_;
};

class Lock;
class Semaphore;

}  // namespace skein::inline v0::asyncio

namespace skein::inline v0::internal {

// Waits for a lock or a permit, at most once.
template <class L, class Result>
class Acquire {
 public:
  using skein_awaiter = void;
  explicit Acquire(L& lock) noexcept : lock_(lock) {}
  // The lock went meanwhile.
  [[nodiscard]] bool alone() const noexcept { return waiting_.alone(); }
  [[nodiscard]] bool await_ready() { return lock_.take_at_once(); }
  template <class P>
  void await_suspend(std::coroutine_handle<P> frame) {
    waiting_.begin(frame.promise(), lock_.line_);
  }
  Result await_resume() {
    if (waiting_.begun()) {
      if (waiting_.alone()) {
        waiting_.resumed();
      } else {
        lock_.end_wait(waiting_);
      }
    }
    if constexpr (std::same_as<Result, bool>) {
      return true;
    } else if constexpr (!std::is_void_v<Result>) {
      return Result(lock_);
    }
  }

 private:
  L& lock_;
  Waiting waiting_;
};

}  // namespace skein::inline v0::internal

namespace skein::inline v0::asyncio {

// Python: asyncio.Lock. Not held when made, and not owned: any task may release it.
//
//   auto held = co_await lock.scoped();                                     // `async with lock:`, to the block's end
//   co_await asyncio::with(lock, [&]() -> asyncio::Coroutine<> { ... });    // the same, for one body
class SKEIN_API Lock {
 public:
  Lock() noexcept : line_("Lock") {}
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

  // To be awaited: takes it, once it is free and nobody waits who came before. Gives true.
  [[nodiscard]] auto acquire() noexcept { return internal::Acquire<Lock, bool>(*this); }
  [[nodiscard]] auto scoped() noexcept { return internal::Acquire<Lock, Held<Lock>>(*this); }
  // Makes it free, and lets the one who has waited longest go on. Errors: RuntimeError ("Lock is not acquired.").
  void release();
  [[nodiscard]] bool locked() const noexcept { return locked_; }

  // `async with`.
  [[nodiscard]] auto aenter() noexcept { return internal::Acquire<Lock, void>(*this); }
  internal::NothingToAwait aexit(const std::exception_ptr& /*error*/) {
    release();
    return {};
  }
  friend SKEIN_API std::ostream& operator<<(std::ostream& stream, const Lock& lock);

 private:
  template <class L, class Result>
  friend class internal::Acquire;
  [[nodiscard]] bool take_at_once() noexcept {
    if (locked_ || line_.anybody()) return false;
    locked_ = true;
    return true;
  }
  void end_wait(internal::Waiting& waiting);
  void wake_first();

  internal::WaitLine line_;
  bool locked_ = false;
};

// Python: asyncio.Event. A flag, not set when made.
class SKEIN_API Event {
 public:
  Event() noexcept : line_("Event") {}
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  // Whether it is set at this moment.
  [[nodiscard]] bool is_set() const noexcept { return set_; }
  // Sets it, and lets all go on who wait, even if it is cleared before they run. Nothing happens if it is set.
  void set();
  void clear() noexcept { set_ = false; }
  // To be awaited: waits until it is set. Gives true.
  [[nodiscard]] auto wait() noexcept { return Wait(*this); }
  friend SKEIN_API std::ostream& operator<<(std::ostream& stream, const Event& event);

 private:
  class Wait {
   public:
    using skein_awaiter = void;
    explicit Wait(Event& event) noexcept : event_(event) {}
    [[nodiscard]] bool await_ready() const noexcept { return event_.set_; }
    template <class P>
    void await_suspend(std::coroutine_handle<P> frame) {
      waiting_.begin(frame.promise(), event_.line_);
    }
    bool await_resume() {
      if (waiting_.begun()) {
        waiting_.leave();
        waiting_.resumed();
      }
      return true;
    }

   private:
    Event& event_;
    internal::Waiting waiting_;
  };

  internal::WaitLine line_;
  bool set_ = false;
};

// Python: asyncio.Condition, over a lock of its own or a given one, which must outlive it, and who holds it too.
class SKEIN_API Condition {
 public:
  Condition() : owned_(std::make_unique<Lock>()), lock_(*owned_), line_("Condition") {}
  explicit Condition(Lock& lock) noexcept : lock_(lock), line_("Condition") {}
  Condition(const Condition&) = delete;
  Condition& operator=(const Condition&) = delete;

  // The lock's.
  [[nodiscard]] auto acquire() noexcept { return lock_.acquire(); }
  [[nodiscard]] auto scoped() noexcept { return lock_.scoped(); }
  void release() { lock_.release(); }
  [[nodiscard]] bool locked() const noexcept { return lock_.locked(); }

  // To be awaited: gives up the lock, waits for a notification, and takes the lock again, also when it is cancelled.
  // Gives true. May return without a notification. A notification that comes together with a cancellation goes to
  // another one who waits. Errors: RuntimeError ("cannot wait on un-acquired lock").
  [[nodiscard]] Coroutine<bool> wait();
  // To be awaited: waits until `predicate()` is true, and gives what it returned.
  template <class P>
    requires std::predicate<P&>
  [[nodiscard]] Coroutine<std::decay_t<std::invoke_result_t<P&>>> wait_for(P predicate) {
    auto result = std::invoke(predicate);
    while (!result) {
      co_await wait();
      result = std::invoke(predicate);
    }
    co_return result;
  }
  // Lets `n` go on, those who have waited longest, or all if they are fewer; each goes on when it has the lock.
  // Errors: RuntimeError ("cannot notify on un-acquired lock").
  void notify(std::int64_t n = 1);
  void notify_all() { notify(std::numeric_limits<std::int64_t>::max()); }

  // `async with`.
  [[nodiscard]] auto aenter() noexcept { return lock_.aenter(); }
  internal::NothingToAwait aexit(const std::exception_ptr& error) { return lock_.aexit(error); }
  friend SKEIN_API std::ostream& operator<<(std::ostream& stream, const Condition& condition);

 private:
  void wake(std::int64_t n);

  std::unique_ptr<Lock> owned_;
  Lock& lock_;
  internal::WaitLine line_;
};

// Python: asyncio.Semaphore. A number of permits.
class SKEIN_API Semaphore {
 public:
  // Errors: ValueError ("Semaphore initial value must be >= 0").
  explicit Semaphore(std::int64_t value = 1) : Semaphore(value, kNoBound) {}
  Semaphore(const Semaphore&) = delete;
  Semaphore& operator=(const Semaphore&) = delete;

  // To be awaited: takes a permit, once there is one and nobody waits who came before. Gives true.
  [[nodiscard]] auto acquire() noexcept { return internal::Acquire<Semaphore, bool>(*this); }
  [[nodiscard]] auto scoped() noexcept { return internal::Acquire<Semaphore, Held<Semaphore>>(*this); }
  // One permit more, for the one who has waited longest if there is one.
  // Errors: ValueError ("BoundedSemaphore released too many times") of a bounded one that has as many as at first;
  // OverflowError where the counter ends.
  void release();
  // Whether acquire() would wait.
  [[nodiscard]] bool locked() const noexcept { return value_ == 0 || line_.anybody(); }

  // `async with`.
  [[nodiscard]] auto aenter() noexcept { return internal::Acquire<Semaphore, void>(*this); }
  internal::NothingToAwait aexit(const std::exception_ptr& /*error*/) {
    release();
    return {};
  }
  friend SKEIN_API std::ostream& operator<<(std::ostream& stream, const Semaphore& semaphore);

 protected:
  static constexpr std::int64_t kNoBound = std::numeric_limits<std::int64_t>::max();
  Semaphore(std::int64_t value, std::int64_t bound);

 private:
  template <class L, class Result>
  friend class internal::Acquire;
  [[nodiscard]] bool take_at_once() noexcept {
    if (locked()) return false;
    --value_;
    return true;
  }
  void end_wait(internal::Waiting& waiting);
  // Gives a permit to the next one. False if nobody waits.
  bool wake_next();

  internal::WaitLine line_;
  std::int64_t value_;
  const std::int64_t bound_;
};

// Python: asyncio.BoundedSemaphore. One that refuses more permits than it began with.
class SKEIN_API BoundedSemaphore : public Semaphore {
 public:
  explicit BoundedSemaphore(std::int64_t value = 1) : Semaphore(value, value) {}
};

// Python: asyncio.Barrier. A place where `parties` tasks wait for each other, again and again.
class SKEIN_API Barrier {
 public:
  // Errors: ValueError ("parties must be > 0").
  explicit Barrier(std::int64_t parties);
  Barrier(const Barrier&) = delete;
  Barrier& operator=(const Barrier&) = delete;

  // To be awaited: waits until `parties` tasks do. Gives each its number, from 0. While a round's tasks leave, those of
  // the next one wait. A task that is cancelled leaves its place free.
  // Errors: BrokenBarrierError ("Barrier aborted"; "Abort or reset of barrier").
  [[nodiscard]] Coroutine<std::int64_t> wait();
  // To be awaited: sends those away who wait, with BrokenBarrierError, and makes it usable again.
  [[nodiscard]] Coroutine<> reset();
  // To be awaited: the same, and everybody who comes later, until reset().
  [[nodiscard]] Coroutine<> abort();

  // How many have to come.
  [[nodiscard]] std::int64_t parties() const noexcept;
  // How many wait, if it is filling; zero while it drains.
  [[nodiscard]] std::int64_t n_waiting() const noexcept;
  [[nodiscard]] bool broken() const noexcept;

  // `async with barrier as position`.
  [[nodiscard]] Coroutine<std::int64_t> aenter() { return wait(); }
  internal::NothingToAwait aexit(const std::exception_ptr& /*error*/) noexcept { return {}; }
  friend SKEIN_API std::ostream& operator<<(std::ostream& stream, const Barrier& barrier);

 private:
  struct State;
  std::shared_ptr<State> state_;  // Also of those who wait: they leave by it, after a cancellation.
};

}  // namespace skein::inline v0::asyncio

#endif  // SKEIN_ASYNCIO_LOCKS_H_
