// skein/threading/lock.h - mutual exclusion. Python: threading.Lock.
#ifndef SKEIN_THREADING_LOCK_H_
#define SKEIN_THREADING_LOCK_H_

#include <skein/core/export.h>
#include <skein/core/internal/platform.h>
#include <skein/core/park.h>
#include <skein/core/spin.h>
#include <skein/core/thread_safety.h>
#include <skein/core/timeout.h>

#include <concepts>
#include <cstdint>
#include <stop_token>

namespace skein::inline v0::threading {

// The keyword arguments of Lock.acquire and RLock.acquire.
struct LockAcquireOptions {
  bool blocking = true;
  Timeout timeout = -1;  // As in Python, exactly -1 means no limit; so does None.
};

// Not held when made, and not owned: any thread may release what another has acquired, as in Python.
// It is a standard Lockable too (std::scoped_lock, std::unique_lock).
//
// Threads:  any member, from any thread, at any time.
// Lifetime: may be destroyed as soon as nobody holds or waits for it, also while the release() that made it free is
//           still returning.
// Ordering: what was done before a release() is visible after the acquire() that follows it. Waiters come in no
//           particular order, and a running thread may take the lock before one that was just woken.
// Cost:     one atomic step to acquire, one to release; a system call only to sleep, or to wake somebody who does.
// Fork:     in a forked child a lock that another thread held at the fork can never be released; waiting for it is
//           a RuntimeError there instead of CPython's hang. What the forking thread held, the child holds.
class SKEIN_CAPABILITY("mutex") Lock {
 public:
  using AcquireOptions = LockAcquireOptions;

  constexpr Lock() noexcept = default;
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

  // Blocks until the lock is acquired; a lock that this thread holds already is no exception (it waits for ever).
  bool acquire() SKEIN_NO_THREAD_SAFETY_ANALYSIS {
    lock();
    return true;
  }
  // The same, for at most `timeout` (monotonic, from entry). Not `blocking`: only tries. Returns whether the lock was
  // acquired. -1 and None: no limit; 0: only tries.
  // Errors: ValueError if `timeout` is NaN or negative other than -1, or given for a non-blocking call.
  template <std::same_as<bool> B>
  bool acquire(B blocking, Timeout timeout = -1) {
    return acquire_with({.blocking = blocking, .timeout = timeout});
  }
  bool acquire(AcquireOptions options) { return acquire_with(options); }
  // The same, given up as well when `stop` is requested. A free lock is taken even then.
  template <std::same_as<std::stop_token> S>
  bool acquire(S stop, Timeout timeout = None) {
    return acquire_until_stopped(stop, timeout);
  }

  // Makes the lock free, whoever holds it, and wakes one who waits.
  // Errors: RuntimeError ("release unlocked lock") if it is free; nothing changes then.
  void release() {
    std::uint64_t bits = bits_.load();
    if ((bits & kHeld) != 0 && bits <= kOnlyHeld && bits_.compare_exchange_strong(bits, 0)) [[likely]]
      return;
    release_slow();
  }

  // Whether anybody holds it at this moment.
  [[nodiscard]] bool locked() const noexcept { return (bits_.load() & kHeld) != 0; }

  // The standard's names.
  void lock() SKEIN_ACQUIRE() {
    std::uint64_t bits = 0;
    if (!bits_.compare_exchange_strong(bits, held_by_me())) [[unlikely]]
      acquire_slow({});
  }
  [[nodiscard]] bool try_lock() SKEIN_TRY_ACQUIRE(true) {
    std::uint64_t bits = 0;
    do {
      if (bits_.compare_exchange_strong(bits, bits | held_by_me())) return true;
    } while ((bits & kHeld) == 0);
    return false;
  }
  void unlock() SKEIN_RELEASE() { release(); }

 private:
  friend class Condition;
  friend class RLock;

  // Low half, the word that sleepers watch:
  //   bit 0       held
  //   bit 1       woken: a sleeper has been woken or is about to look by itself, so release() wakes no other
  //   bits 2-31   the holder's thread token while held
  // High half: the number of sleepers.
  //
  // 1. A sleeper parks only on a value with `held` set and `woken` clear.
  // 2. Whoever clears `held` while there are sleepers and `woken` is clear, sets `woken` in the same step and wakes
  //    one. After that step it does not touch the lock.
  // 3. Every sleeper that stops sleeping, for whatever reason, clears `woken` in the step by which it takes the lock,
  //    parks again or gives up; it gives up only while the lock is held. So the holder's release finds `woken` clear,
  //    or set by somebody who will still look: no release goes unnoticed.
  static constexpr std::uint64_t kHeld = 1;
  static constexpr std::uint64_t kWoken = 2;
  static constexpr int kTokenShift = 2;
  static constexpr std::uint64_t kOnlyHeld = 0xffff'ffff;  // No sleepers. (With `woken`, the slow path does as well.)

  static constexpr std::uint64_t held_by(std::uint32_t token) noexcept {
    return kHeld | (std::uint64_t{token} << kTokenShift);
  }
  static std::uint64_t held_by_me() noexcept { return held_by(internal::thread_token()); }

  SKEIN_API bool acquire_with(const AcquireOptions& options);
  SKEIN_API bool acquire_until_stopped(const std::stop_token& stop, Timeout timeout);
  SKEIN_API bool acquire_slow(const internal::Until& until);
  SKEIN_API void release_slow();
  // For what is whole again, or forgotten, after a fork: takes the lock over from a thread that stayed behind.
  void acquire_or_inherit() {
    std::uint64_t bits = 0;
    if (!bits_.compare_exchange_strong(bits, held_by_me())) acquire_slow({.deadline = Deadline(), .inherit = true});
  }

  internal::Atomic<std::uint64_t> bits_{0};
  internal::SpinHistory history_;
};

}  // namespace skein::inline v0::threading

#endif  // SKEIN_THREADING_LOCK_H_
