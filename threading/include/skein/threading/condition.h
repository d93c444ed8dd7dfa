// skein/threading/condition.h - waiting for a change of what a lock guards. Python: threading.Condition.
#ifndef SKEIN_THREADING_CONDITION_H_
#define SKEIN_THREADING_CONDITION_H_

#include <skein/core/export.h>
#include <skein/core/park.h>
#include <skein/core/spin.h>
#include <skein/core/timeout.h>
#include <skein/threading/lock.h>
#include <skein/threading/rlock.h>

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <type_traits>
#include <utility>

namespace skein::inline v0::threading {

// A lock with a line of waiters. The lock is its own RLock, or a Lock or RLock that the user lends and that outlives
// it. A standard Lockable: `with cond:` ports to std::scoped_lock.
//
// Threads:  any member, from any thread, at any time.
// Lifetime: destroy only when nobody waits.
// Ordering: waiters are notified in the order of their coming, as in CPython; who of them gets the lock first is open.
// Cost:     as the lock; a waiter sleeps on a word of its own, and a notification makes a system call only if it does.
// Faults:   a notification is never lost: a waiter whose time runs out while it is being notified reports true.
class Condition {
 public:
  // The keyword arguments of Condition.wait and Condition.wait_for.
  struct WaitOptions {
    Timeout timeout = None;
  };
  // The keyword argument of Condition.notify.
  struct NotifyOptions {
    std::int64_t n = 1;
  };

  // With an RLock of its own.
  Condition() : owned_(std::make_unique<RLock>()), rlock_(owned_.get()) {}
  // With `lock`, which must outlive it. Held or not; several conditions may share one.
  explicit Condition(Lock& lock) noexcept : lock_(&lock) {}
  explicit Condition(RLock& lock) noexcept : rlock_(&lock) {}
  Condition(const Condition&) = delete;
  Condition& operator=(const Condition&) = delete;

  // The lock's own members: see Lock and RLock.
  bool acquire() {
    lock();
    return true;
  }
  template <std::same_as<bool> B>
  bool acquire(B blocking, Timeout timeout = -1) {
    return acquire(LockAcquireOptions{.blocking = blocking, .timeout = timeout});
  }
  bool acquire(LockAcquireOptions options) {
    return lock_ != nullptr ? lock_->acquire(options) : rlock_->acquire(options);
  }
  void release() { lock_ != nullptr ? lock_->release() : rlock_->release(); }
  [[nodiscard]] bool locked() const noexcept { return lock_ != nullptr ? lock_->locked() : rlock_->locked(); }
  void lock() SKEIN_NO_THREAD_SAFETY_ANALYSIS { lock_ != nullptr ? lock_->lock() : rlock_->lock(); }
  [[nodiscard]] bool try_lock() SKEIN_NO_THREAD_SAFETY_ANALYSIS {
    return lock_ != nullptr ? lock_->try_lock() : rlock_->try_lock();
  }
  void unlock() { release(); }

  // Gives up the lock (an RLock in all its levels), waits for a notification, or until `timeout` has passed
  // (monotonic, from entry), and takes the lock again, however long that takes. None: no limit; zero or less: only
  // gives others a chance. Returns false if and only if time ran out without a notification.
  // Errors: RuntimeError ("cannot wait on un-acquired lock") if the lock is not held; ValueError if `timeout` is NaN.
  bool wait(Timeout timeout = None) { return wait_until({.deadline = Deadline(timeout)}); }
  bool wait(WaitOptions options) { return wait(options.timeout); }
  // The same, given up as well when `stop` is requested.
  template <std::same_as<std::stop_token> S>
  bool wait(S stop, Timeout timeout = None) {
    return wait_until({.deadline = Deadline(timeout), .stop = &stop});
  }

  // Waits until `predicate()` is true and returns what it returned; when `timeout` has passed, what it returned last.
  // The predicate runs with the lock held; what it throws leaves with the lock held.
  // Errors: as wait().
  template <class P>
    requires std::predicate<P&>
  auto wait_for(P predicate, Timeout timeout = None) -> std::decay_t<std::invoke_result_t<P&>> {
    return wait_for_until(predicate, {.deadline = Deadline(timeout)});
  }
  template <class P>
    requires std::predicate<P&>
  auto wait_for(P predicate, WaitOptions options) -> std::decay_t<std::invoke_result_t<P&>> {
    return wait_for(std::move(predicate), options.timeout);
  }
  // The same, given up as well when `stop` is requested.
  template <class P, std::same_as<std::stop_token> S>
    requires std::predicate<P&>
  auto wait_for(S stop, P predicate, Timeout timeout = None) -> std::decay_t<std::invoke_result_t<P&>> {
    return wait_for_until(predicate, {.deadline = Deadline(timeout), .stop = &stop});
  }

  // Notifies the `n` who have waited longest, or all if they are fewer. n of zero or less: nobody.
  // Errors: RuntimeError ("cannot notify on un-acquired lock") if the lock is not held.
  SKEIN_API void notify(std::int64_t n = 1);
  void notify(NotifyOptions options) { notify(options.n); }
  // Notifies everybody who waits.
  // Errors: as notify().
  SKEIN_API void notify_all();

 private:
  friend class Barrier;

  // As CPython's _is_owned: a Lock has no owner, so there it means held by anybody.
  [[nodiscard]] bool owned() const noexcept { return lock_ != nullptr ? lock_->locked() : rlock_->mine(); }

  class ListGuard;

  SKEIN_API bool wait_until(const internal::Until& until);
  // Takes `waiter` out of the list. False if a notifier has it already, and then after it is done with it.
  bool give_up(internal::Waiter& waiter);

  template <class P>
  auto wait_for_until(P& predicate, const internal::Until& until) -> std::decay_t<std::invoke_result_t<P&>> {
    auto result = std::invoke(predicate);
    // As CPython: with no time at all it still gives up the lock once and asks again.
    for (bool waited = false; !result && !until.stopped(); waited = true) {
      if (waited && until.deadline.passed()) break;
      wait_until(until);
      result = std::invoke(predicate);
    }
    return result;
  }

  std::unique_ptr<RLock> owned_;
  Lock* lock_ = nullptr;  // One of the two.
  RLock* rlock_ = nullptr;

  // A waiter whose time runs out leaves the list without the user's lock, hence a lock of the list's own.
  Lock list_lock_;
  internal::WaiterList waiters_ SKEIN_GUARDED_BY(list_lock_);
  internal::SpinHistory history_;
};

}  // namespace skein::inline v0::threading

#endif  // SKEIN_THREADING_CONDITION_H_
