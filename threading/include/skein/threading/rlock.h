// skein/threading/rlock.h - mutual exclusion that its holder may enter again. Python: threading.RLock.
#ifndef SKEIN_THREADING_RLOCK_H_
#define SKEIN_THREADING_RLOCK_H_

#include <skein/core/export.h>
#include <skein/core/thread_safety.h>
#include <skein/core/timeout.h>
#include <skein/threading/lock.h>

#include <concepts>
#include <cstdint>
#include <limits>
#include <stop_token>

namespace skein::inline v0::threading {

// Not held when made. Belongs to the thread that acquired it until it has released it as often as acquired it.
// A standard Lockable too.
//
// Threads, Lifetime, Ordering, Fork: as Lock.
// Cost:     first acquisition as Lock; a nested one is a load and an addition.
class SKEIN_CAPABILITY("mutex") RLock {
 public:
  using AcquireOptions = LockAcquireOptions;

  constexpr RLock() noexcept = default;
  RLock(const RLock&) = delete;
  RLock& operator=(const RLock&) = delete;

  // Blocks until this thread holds the lock, once more if it holds it already. True.
  // Errors: OverflowError past 2^64 - 1 nested acquisitions; nothing changes then.
  bool acquire() SKEIN_NO_THREAD_SAFETY_ANALYSIS {
    lock();
    return true;
  }
  // The same, for at most `timeout`; not `blocking`: only tries. Returns whether the lock was acquired.
  // -1 and None: no limit; 0: only tries.
  // Errors: ValueError if `timeout` is NaN or negative other than -1, or given for a non-blocking call.
  template <std::same_as<bool> B>
  bool acquire(B blocking, Timeout timeout = -1) {
    return acquire_with({.blocking = blocking, .timeout = timeout});
  }
  bool acquire(AcquireOptions options) { return acquire_with(options); }
  // The same, given up as well when `stop` is requested.
  template <std::same_as<std::stop_token> S>
  bool acquire(S stop, Timeout timeout = None) {
    return acquire_until_stopped(stop, timeout);
  }

  // Undoes one acquisition; the last one makes the lock free.
  // Errors: RuntimeError ("cannot release un-acquired lock") if this thread does not hold it; nothing changes then.
  void release() {
    if (!mine()) [[unlikely]]
      throw_not_mine();
    if (--depth_ == 0) lock_.release();
  }

  // Python 3.14: whether any thread holds it at this moment.
  [[nodiscard]] bool locked() const noexcept { return lock_.locked(); }

  // The standard's names.
  void lock() SKEIN_ACQUIRE() SKEIN_NO_THREAD_SAFETY_ANALYSIS {
    if (!mine()) lock_.lock();
    enter();
  }
  [[nodiscard]] bool try_lock() SKEIN_TRY_ACQUIRE(true) SKEIN_NO_THREAD_SAFETY_ANALYSIS {
    if (!mine() && !lock_.try_lock()) return false;
    enter();
    return true;
  }
  void unlock() SKEIN_RELEASE() SKEIN_NO_THREAD_SAFETY_ANALYSIS { release(); }

 private:
  friend class Condition;
  friend struct RLockTestPeer;

  [[nodiscard]] bool mine() const noexcept {
    return (lock_.bits_.load() & 0xffff'ffff & ~Lock::kWoken) == Lock::held_by(internal::known_thread_token());
  }
  // One more level; the lock is held by this thread.
  void enter() {
    if (depth_ == kDeepest) [[unlikely]]
      throw_overflow();
    ++depth_;
  }
  // All levels at once, for Condition.wait.
  [[nodiscard]] std::uint64_t release_all() {
    const std::uint64_t depth = depth_;
    depth_ = 0;
    lock_.release();
    return depth;
  }
  void acquire_all(std::uint64_t depth) SKEIN_NO_THREAD_SAFETY_ANALYSIS {
    lock_.lock();
    depth_ = depth;
  }

  SKEIN_API bool acquire_with(const AcquireOptions& options);
  SKEIN_API bool acquire_until_stopped(const std::stop_token& stop, Timeout timeout);
  [[noreturn]] SKEIN_API static void throw_not_mine();
  [[noreturn]] SKEIN_API static void throw_overflow();

  static constexpr std::uint64_t kDeepest = std::numeric_limits<std::uint64_t>::max();

  Lock lock_;
  std::uint64_t depth_ = 0;  // Belongs to the holder.
};

}  // namespace skein::inline v0::threading

#endif  // SKEIN_THREADING_RLOCK_H_
