// skein/threading/semaphore.h - a counter of permits. Python: threading.Semaphore, threading.BoundedSemaphore.
#ifndef SKEIN_THREADING_SEMAPHORE_H_
#define SKEIN_THREADING_SEMAPHORE_H_

#include <skein/core/export.h>
#include <skein/core/internal/platform.h>
#include <skein/core/park.h>
#include <skein/core/spin.h>
#include <skein/core/timeout.h>

#include <concepts>
#include <cstdint>
#include <limits>
#include <stop_token>

namespace skein::inline v0::threading {

// Any thread may release; nobody owns a permit. BasicLockable too (lock, try_lock, unlock), so that `with semaphore:`
// ports to std::scoped_lock.
//
// Threads:  any member, from any thread, at any time.
// Lifetime: may be destroyed once no thread waits, also while the release() that freed the last one still returns.
// Ordering: what was done before a release() is visible after the acquire() that took its permit. Waiters come in no
//           particular order.
// Cost:     one atomic step each; a system call only to sleep, or to wake somebody who does.
class Semaphore {
 public:
  // The keyword argument of Semaphore and BoundedSemaphore.
  struct Options {
    std::int64_t value = 1;
  };
  // The keyword arguments of Semaphore.acquire.
  struct AcquireOptions {
    bool blocking = true;
    Timeout timeout = None;
  };
  // The keyword argument of Semaphore.release.
  struct ReleaseOptions {
    std::int64_t n = 1;
  };
  // The most permits there can be.
  static constexpr std::int64_t kMax = std::numeric_limits<std::int32_t>::max();

  // `value` permits to begin with.
  // Errors: ValueError if negative or above kMax.
  explicit Semaphore(std::int64_t value = 1) : Semaphore(value, kMax) {}
  explicit Semaphore(Options options) : Semaphore(options.value) {}
  Semaphore(const Semaphore&) = delete;
  Semaphore& operator=(const Semaphore&) = delete;

  // Takes a permit, waiting until there is one. True.
  bool acquire() {
    lock();
    return true;
  }
  // The same, for at most `timeout` (monotonic, from entry); not `blocking`: only tries. Returns whether a permit was
  // taken. None: no limit; zero or less: only tries.
  // Errors: ValueError if `timeout` is NaN, or given for a non-blocking call.
  template <std::same_as<bool> B>
  bool acquire(B blocking, Timeout timeout = None) {
    return acquire_with({.blocking = blocking, .timeout = timeout});
  }
  bool acquire(AcquireOptions options) { return acquire_with(options); }
  // The same, given up as well when `stop` is requested. A permit that is there is taken even then.
  template <std::same_as<std::stop_token> S>
  bool acquire(S stop, Timeout timeout = None) {
    return try_lock() || acquire_slow({.deadline = Deadline(timeout), .stop = &stop});
  }

  // Gives back `n` permits and wakes as many waiters.
  // Errors: ValueError if `n` is less than one, or if there would be more than kMax permits (of a BoundedSemaphore:
  // more than at first); nothing changes then.
  SKEIN_API void release(std::int64_t n = 1);
  void release(ReleaseOptions options) { release(options.n); }

  // The standard's names.
  void lock() {
    if (!try_lock()) acquire_slow({});
  }
  [[nodiscard]] bool try_lock() {
    std::uint64_t bits = bits_.load();
    while (internal::value_of(bits) != 0) {
      if (bits_.compare_exchange_weak(bits, bits - 1)) return true;
    }
    return false;
  }
  void unlock() { release(); }

 protected:
  // At most `limit` permits ever.
  SKEIN_API Semaphore(std::int64_t value, std::int64_t limit);

 private:
  SKEIN_API bool acquire_with(const AcquireOptions& options);
  SKEIN_API bool acquire_slow(const internal::Until& until);

  // Low half, the word that sleepers watch: the permits. High half: the number of sleepers. A sleeper parks only on
  // zero permits; whoever adds permits learns in the same step how many sleep, and wakes as many as it added.
  internal::Atomic<std::uint64_t> bits_;
  internal::SpinHistory history_;
  const std::uint32_t limit_;
};

// Python: threading.BoundedSemaphore. Releasing more than was acquired is a ValueError
// ("Semaphore released too many times").
class BoundedSemaphore : public Semaphore {
 public:
  explicit BoundedSemaphore(std::int64_t value = 1) : Semaphore(value, value) {}
  explicit BoundedSemaphore(Options options) : BoundedSemaphore(options.value) {}
};

}  // namespace skein::inline v0::threading

#endif  // SKEIN_THREADING_SEMAPHORE_H_
