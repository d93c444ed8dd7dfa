// skein/multiprocessing/semaphore.h - a counter of permits between processes. Python: multiprocessing.Semaphore.
#ifndef SKEIN_MULTIPROCESSING_SEMAPHORE_H_
#define SKEIN_MULTIPROCESSING_SEMAPHORE_H_

#include <skein/core/export.h>
#include <skein/core/timeout.h>
#include <skein/multiprocessing/internal/held_block.h>
#include <skein/multiprocessing/internal/shared_block.h>
#include <skein/multiprocessing/lock.h>

#include <concepts>
#include <cstdint>
#include <stop_token>

namespace skein::inline v0::multiprocessing {

// The arguments of Semaphore and BoundedSemaphore.
struct SemaphoreOptions {
  std::int64_t value = 1;
  // skein's own: a permit is kept in the name of the process that took it, and comes back if that is killed.
  bool recover = false;
};

// A handle: copies, in other processes too, are of one semaphore. Anybody may release; nobody owns a permit. Lockable
// too (lock, try_lock, unlock), so that `with semaphore:` ports to std::scoped_lock.
//
// Threads:  any member, from any thread of any process that has the semaphore, at any time.
// Lifetime: of the last handle, in whichever process.
// Ordering: what was done before a release() is visible after the acquire() that took its permit. Waiters come in no
//           particular order.
// Cost:     one atomic step each; a system call only to sleep, or to wake somebody who does. With `recover`, a look at
//           each permit.
// Death:    as in Python a permit is a mere number, and goes with the process that had taken it. With `recover`,
//           permits of a process that is killed, or ends by _exit(), abort() or a crash, are taken by those who want
//           one, within 100 ms. (Those of a process that ends normally are gone.) release() then gives back a permit
//           that its own process has taken, or if it has none, one that another has. Who is killed while it sleeps
//           costs later calls of release() a wake-up.
class SKEIN_API Semaphore {
 public:
  using Options = SemaphoreOptions;
  using AcquireOptions = multiprocessing::AcquireOptions;
  // The most permits there can be. With `recover`, the most are kMostRecoverable to begin with, and never more than
  // these or 256.
  static constexpr std::int64_t kMax = 2'147'483'647;
  static constexpr std::int64_t kMostRecoverable = 65'536;

  // `value` permits to begin with.
  // Errors: OSError (EINVAL, as in Python) if negative; OverflowError if above kMax; ValueError if above
  // kMostRecoverable with `recover`; OSError if there is no memory or no descriptor for it.
  explicit Semaphore(std::int64_t value = 1) : Semaphore(Options{.value = value}) {}
  explicit Semaphore(Options options) : Semaphore(options, false) {}
  // For what fills it by load(). Until then it must not be used.
  explicit Semaphore(internal::Unpickled) noexcept {}

  // Takes a permit, waiting until there is one. True. A process that is killed in here has the permit or has not.
  bool acquire() const {
    lock();
    return true;
  }
  // The same, for at most `timeout` (monotonic, from entry). Not `block`: only tries, whatever `timeout`. Returns
  // whether a permit was taken. None: no limit; zero or less: only tries.
  // Errors: ValueError if `timeout` is NaN.
  template <std::same_as<bool> B>
  bool acquire(B block, Timeout timeout = None) const {
    return acquire_with(block, timeout, nullptr);
  }
  bool acquire(AcquireOptions options) const { return acquire_with(options.block, options.timeout, nullptr); }
  // The same, given up as well when `stop` is requested. A permit that is there is taken even then.
  template <std::same_as<std::stop_token> S>
  bool acquire(S stop, Timeout timeout = None) const {
    return acquire_with(true, timeout, &stop);
  }

  // Gives back a permit and wakes one who waits.
  // Errors: ValueError ("semaphore or lock released too many times") if there would be more than can be (of a
  // BoundedSemaphore: more than at first); nothing changes then.
  void release() const;

  // How many permits there are at this moment. With `recover`, those of the dead are not counted until somebody has
  // looked for them.
  [[nodiscard]] std::int64_t get_value() const noexcept;
  // Python 3.14: whether there is none at this moment.
  [[nodiscard]] bool locked() const noexcept { return get_value() == 0; }

  // The standard's names.
  void lock() const { acquire_with(true, None, nullptr); }
  [[nodiscard]] bool try_lock() const { return acquire_with(false, None, nullptr); }
  void unlock() const { release(); }

  // Whether both are of one semaphore.
  friend bool operator==(const Semaphore& a, const Semaphore& b) noexcept { return a.block_ == b.block_; }

  // For pickle, while a process is being started.
  // Errors: RuntimeError else.
  template <class Archive>
  void save(Archive& archive) const {
    const internal::BlockAddress address = block_->pack();
    archive(address);
  }
  template <class Archive>
  void load(Archive& archive) {
    internal::BlockAddress address;
    archive(address);
    unpack(address);
  }

 protected:
  Semaphore(Options options, bool bounded);

 private:
  bool acquire_with(bool block, Timeout timeout, const std::stop_token* stop) const;
  void unpack(const internal::BlockAddress& address);

  internal::HeldBlock<internal::holds_permit> block_;
};

}  // namespace skein::inline v0::multiprocessing

#endif  // SKEIN_MULTIPROCESSING_SEMAPHORE_H_
