// skein/multiprocessing/rlock.h - mutual exclusion between processes that its holder may enter again. Python:
// multiprocessing.RLock.
#ifndef SKEIN_MULTIPROCESSING_RLOCK_H_
#define SKEIN_MULTIPROCESSING_RLOCK_H_

#include <skein/core/export.h>
#include <skein/core/timeout.h>
#include <skein/multiprocessing/internal/held_block.h>
#include <skein/multiprocessing/internal/shared_block.h>
#include <skein/multiprocessing/lock.h>

#include <concepts>
#include <cstdint>
#include <stop_token>

namespace skein::inline v0::multiprocessing {

// A handle: copies, in other processes too, are of one lock. Free when made. Belongs to the thread of the process that
// acquired it until it has released it as often as acquired it. A forked child of the holder does not hold it. A
// standard Lockable too.
//
// Threads:  any member, from any thread of any process that has the lock, at any time.
// Lifetime: of the last handle, in whichever process. A handle may go while this process holds the lock.
// Ordering: as Lock.
// Cost:     first acquisition as Lock and two stores; a nested one is a load and a store.
// Death:    as Lock; who takes it over holds it once, however often the dead had acquired it.
class SKEIN_API RLock {
 public:
  using AcquireOptions = multiprocessing::AcquireOptions;

  // A new lock, free.
  // Errors: OSError if there is no memory or no descriptor for it.
  RLock();
  // For what fills it by load(). Until then it must not be used.
  explicit RLock(internal::Unpickled) noexcept {}

  // Blocks until this thread holds the lock, once more if it holds it already. True.
  // Errors: OverflowError past 2^64 - 1 nested acquisitions; nothing changes then.
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
  // The same, given up as well when `stop` is requested. A free lock, or one that it holds, is taken even then.
  template <std::same_as<std::stop_token> S>
  bool acquire(S stop, Timeout timeout = None) const {
    return acquire_with(true, timeout, &stop);
  }

  // Undoes one acquisition; the last one makes the lock free and wakes one who waits. A process that is killed in here
  // has released it or holds it still; then it is recovered.
  // Errors: AssertionError ("attempt to release recursive lock not owned by thread") if this thread does not hold it;
  // nothing changes then.
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
  friend bool operator==(const RLock& a, const RLock& b) noexcept { return a.block_ == b.block_; }

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
  friend struct RLockTestPeer;

  // All levels at once, for Condition.wait; 0 if this thread does not hold it.
  [[nodiscard]] std::uint64_t release_all() const;
  void acquire_all(std::uint64_t depth) const;
  bool acquire_with(bool block, Timeout timeout, const std::stop_token* stop) const;
  void unpack(const internal::BlockAddress& address);

  internal::HeldBlock<internal::holds_lock> block_;
};

}  // namespace skein::inline v0::multiprocessing

#endif  // SKEIN_MULTIPROCESSING_RLOCK_H_
