// skein/multiprocessing/lock.h - mutual exclusion between processes. Python: multiprocessing.Lock.
#ifndef SKEIN_MULTIPROCESSING_LOCK_H_
#define SKEIN_MULTIPROCESSING_LOCK_H_

#include <skein/core/export.h>
#include <skein/core/timeout.h>
#include <skein/multiprocessing/internal/held_block.h>
#include <skein/multiprocessing/internal/shared_block.h>

#include <concepts>
#include <stop_token>

namespace skein::inline v0::multiprocessing {

// The keyword arguments of acquire() of Lock, RLock, Semaphore and Condition.
struct AcquireOptions {
  bool block = true;
  Timeout timeout = None;
};

// A handle: copies, in other processes too, are of one lock. Free when made, and not owned: any thread of any process
// may release what another has acquired, as in Python. A standard Lockable too (std::scoped_lock, std::unique_lock).
//
// Threads:  any member, from any thread of any process that has the lock, at any time.
// Lifetime: of the last handle, in whichever process. A handle may go while this process holds the lock.
// Ordering: what was done before a release() is visible after the acquire() that follows it. Waiters come in no
//           particular order.
// Cost:     one atomic step to acquire, one to release; a system call only to sleep, or to wake somebody who does, and
//           of who waits for long, some every 50 ms.
// Death:    a holder that is killed, or ends by _exit(), abort() or a crash, loses the lock: the next acquire() in any
//           process returns holding it within 100 ms, and recovered() is true until it is released: what the lock
//           guards may be half-changed. One that ends normally (main returns, exit(), quick_exit()) while it holds
//           the lock leaves it held for ever, as in Python. A thread that ends holding it leaves it held likewise.
class SKEIN_API Lock {
 public:
  using AcquireOptions = multiprocessing::AcquireOptions;

  // A new lock, free.
  // Errors: OSError if there is no memory or no descriptor for it.
  Lock();
  // For what fills it by load(). Until then it must not be used.
  explicit Lock(internal::Unpickled) noexcept {}

  // Blocks until the lock is acquired; a lock that this thread holds already is no exception (it waits for ever). True.
  bool acquire() const {
    lock();
    return true;
  }
  // The same, for at most `timeout` (monotonic, from entry). Not `block`: only tries, whatever `timeout`. Returns
  // whether the lock was acquired. None: no limit; zero or less: only tries.
  // Errors: ValueError if `timeout` is NaN.
  template <std::same_as<bool> B>
  bool acquire(B block, Timeout timeout = None) const {
    return acquire_with(block, timeout, nullptr);
  }
  bool acquire(AcquireOptions options) const { return acquire_with(options.block, options.timeout, nullptr); }
  // The same, given up as well when `stop` is requested. A free lock is taken even then.
  template <std::same_as<std::stop_token> S>
  bool acquire(S stop, Timeout timeout = None) const {
    return acquire_with(true, timeout, &stop);
  }

  // Makes the lock free, whoever holds it, and wakes one who waits. A process that is killed in here has released it or
  // holds it still; then it is recovered.
  // Errors: ValueError ("semaphore or lock released too many times") if it is free; nothing changes then.
  void release() const;

  // Python 3.14: whether anybody holds it at this moment.
  [[nodiscard]] bool locked() const noexcept;
  // Whether who holds it now took it from a dead holder. False once it is released.
  [[nodiscard]] bool recovered() const noexcept;

  // The standard's names.
  void lock() const;
  [[nodiscard]] bool try_lock() const;
  void unlock() const { release(); }

  // Whether both are of one lock.
  friend bool operator==(const Lock& a, const Lock& b) noexcept { return a.block_ == b.block_; }

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

 private:
  friend class Condition;

  bool acquire_with(bool block, Timeout timeout, const std::stop_token* stop) const;
  void unpack(const internal::BlockAddress& address);

  internal::HeldBlock<internal::holds_lock> block_;
};

}  // namespace skein::inline v0::multiprocessing

#endif  // SKEIN_MULTIPROCESSING_LOCK_H_
