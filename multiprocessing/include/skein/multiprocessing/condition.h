// skein/multiprocessing/condition.h - waiting for a change of what a lock between processes guards. Python:
// multiprocessing.Condition.
#ifndef SKEIN_MULTIPROCESSING_CONDITION_H_
#define SKEIN_MULTIPROCESSING_CONDITION_H_

#include <skein/core/export.h>
#include <skein/core/park.h>
#include <skein/core/timeout.h>
#include <skein/multiprocessing/internal/held_block.h>
#include <skein/multiprocessing/internal/shared_block.h>
#include <skein/multiprocessing/lock.h>
#include <skein/multiprocessing/rlock.h>

#include <concepts>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <type_traits>
#include <utility>
#include <variant>

namespace skein::inline v0::multiprocessing {

// The arguments of Condition, after the lock.
struct ConditionOptions {
  // skein's own: how many may wait at once, in all processes together.
  std::int64_t max_waiters = 240;
};

// A handle: copies, in other processes too, are of one condition. A lock with a line of waiters; the lock is its own
// RLock, or a Lock or RLock that is given. A standard Lockable: `with cond:` ports to std::scoped_lock.
//
// Threads:  any member, from any thread of any process that has the condition, at any time.
// Lifetime: of the last handle, in whichever process.
// Ordering: waiters are notified in the order of their coming; who of them gets the lock first is open.
// Cost:     as the lock, and a look along the line; a system call to sleep, and some to notify a waiter of another
//           process, of which it is first asked whether it lives.
// Death:    nobody waits for a dead waiter: notify() passes it over, and its place in the line is used again. A waiter
//           that is killed after it was notified has used up the notification. Who is killed while it notifies has
//           notified the first of them, who notice within 200 ms. A holder of the lock that is killed: as Lock and
//           RLock, and so the lock may be a recovered one when wait() returns: recovered() says so, and that what the
//           lock guards may be half-changed.
class SKEIN_API Condition {
 public:
  using Options = ConditionOptions;
  using AcquireOptions = multiprocessing::AcquireOptions;
  // The keyword arguments of Condition.wait and Condition.wait_for.
  struct WaitOptions {
    Timeout timeout = None;
  };
  // The keyword argument of Condition.notify.
  struct NotifyOptions {
    std::int64_t n = 1;
  };

  // With an RLock of its own.
  // Errors: ValueError if `max_waiters` is less than 1 or above 2^20; OSError if there is no memory or no descriptor.
  explicit Condition(Options options = {}) : Condition(RLock(), options) {}
  explicit Condition(const Lock& lock, Options options = {});
  explicit Condition(const RLock& lock, Options options = {});
  // For what fills it by load(). Until then it must not be used.
  explicit Condition(internal::Unpickled empty) noexcept : lock_(RLock(empty)) {}

  // The lock's own members: see Lock and RLock.
  bool acquire() const {
    lock();
    return true;
  }
  template <std::same_as<bool> B>
  bool acquire(B block, Timeout timeout = None) const {
    return acquire(AcquireOptions{.block = block, .timeout = timeout});
  }
  bool acquire(AcquireOptions options) const {
    return std::visit([&](const auto& lock) { return lock.acquire(options); }, lock_);
  }
  void release() const {
    std::visit([](const auto& lock) { lock.release(); }, lock_);
  }
  [[nodiscard]] bool recovered() const noexcept {
    return std::visit([](const auto& lock) { return lock.recovered(); }, lock_);
  }
  void lock() const {
    std::visit([](const auto& lock) { lock.lock(); }, lock_);
  }
  [[nodiscard]] bool try_lock() const {
    return std::visit([](const auto& lock) { return lock.try_lock(); }, lock_);
  }
  void unlock() const { release(); }

  // Gives up the lock (an RLock in all its levels), waits for a notification, or until `timeout` has passed
  // (monotonic, from entry), and takes the lock again, however long that takes. None: no limit; zero or less: only
  // gives others a chance. Returns false if and only if time ran out without a notification.
  // Errors: AssertionError ("must acquire() condition before using wait()") if this thread does not hold the lock;
  // RuntimeError if as many wait already as may; ValueError if `timeout` is NaN.
  bool wait(Timeout timeout = None) const { return wait_until({.deadline = Deadline(timeout)}); }
  bool wait(WaitOptions options) const { return wait(options.timeout); }
  // The same, given up as well when `stop` is requested.
  template <std::same_as<std::stop_token> S>
  bool wait(S stop, Timeout timeout = None) const {
    return wait_until({.deadline = Deadline(timeout), .stop = &stop});
  }

  // Waits until `predicate()` is true and returns what it returned; when `timeout` has passed, what it returned last.
  // The predicate runs with the lock held; what it throws leaves with the lock held.
  // Errors: as wait(), if it has to wait.
  template <class P>
    requires std::predicate<P&>
  auto wait_for(P predicate, Timeout timeout = None) const -> std::decay_t<std::invoke_result_t<P&>> {
    return wait_for_until(predicate, {.deadline = Deadline(timeout)});
  }
  template <class P>
    requires std::predicate<P&>
  auto wait_for(P predicate, WaitOptions options) const -> std::decay_t<std::invoke_result_t<P&>> {
    return wait_for(std::move(predicate), options.timeout);
  }
  // The same, given up as well when `stop` is requested.
  template <class P, std::same_as<std::stop_token> S>
    requires std::predicate<P&>
  auto wait_for(S stop, P predicate, Timeout timeout = None) const -> std::decay_t<std::invoke_result_t<P&>> {
    return wait_for_until(predicate, {.deadline = Deadline(timeout), .stop = &stop});
  }

  // Notifies the `n` who have waited longest, or all if they are fewer. n of zero or less: nobody.
  // Errors: AssertionError ("lock is not owned") if this thread does not hold the lock.
  void notify(std::int64_t n = 1) const;
  void notify(NotifyOptions options) const { notify(options.n); }
  // Notifies everybody who waits.
  // Errors: as notify().
  void notify_all() const;

  // Whether both are of one condition.
  friend bool operator==(const Condition& a, const Condition& b) noexcept { return a.block_ == b.block_; }

  // For pickle, while a process is being started.
  // Errors: RuntimeError else.
  template <class Archive>
  void save(Archive& archive) const {
    const auto own = static_cast<std::uint32_t>(lock_.index());
    archive(own);
    std::visit([&](const auto& lock) { lock.save(archive); }, lock_);
    const internal::BlockAddress address = block_.pack();
    archive(address);
  }
  template <class Archive>
  void load(Archive& archive) {
    std::uint32_t own = 0;
    archive(own);
    if (own == 0) {
      lock_.emplace<0>(internal::Unpickled{});
    } else {
      lock_.emplace<1>(internal::Unpickled{});
    }
    std::visit([&](auto& lock) { lock.load(archive); }, lock_);
    internal::BlockAddress address;
    archive(address);
    unpack(address);
  }

 private:
  friend class Barrier;

  // As CPython's _is_mine. (Of a Lock: whether this thread was the last to acquire it, and nobody has released it.)
  [[nodiscard]] bool owned() const noexcept;
  bool wait_until(const skein::internal::Until& until) const;
  void make(Options options);
  void unpack(const internal::BlockAddress& address);

  template <class P>
  auto wait_for_until(P& predicate, const skein::internal::Until& until) const
      -> std::decay_t<std::invoke_result_t<P&>> {
    auto result = std::invoke(predicate);
    // As CPython's of processes: with no time at all it does not wait.
    while (!result && !until.stopped() && !until.deadline.passed()) {
      wait_until(until);
      result = std::invoke(predicate);
    }
    return result;
  }

  std::variant<RLock, Lock> lock_;
  internal::SharedBlock block_;
};

}  // namespace skein::inline v0::multiprocessing

#endif  // SKEIN_MULTIPROCESSING_CONDITION_H_
