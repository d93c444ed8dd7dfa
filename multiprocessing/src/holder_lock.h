// What rings and queues are guarded by: short locks in shared memory that a killed holder does not take along.
#ifndef SKEIN_MULTIPROCESSING_SRC_HOLDER_LOCK_H_
#define SKEIN_MULTIPROCESSING_SRC_HOLDER_LOCK_H_

#include <skein/core/internal/platform.h>
#include <skein/core/spin.h>
#include <skein/core/timeout.h>

#include <cstdint>

#include "identity.h"
#include "sleepers.h"

namespace skein::inline v0::multiprocessing::internal {

// In shared memory; zero: free. For the short time of a copy: no fairness, and no owner among the threads of a process.
// The word that is exchanged says which process holds it; who waits looks now and then whether that one is gone, and
// takes its place then. What it leaves behind is for the user of the lock to mend.
class HolderLock {
 public:
  enum class Got : std::uint8_t { kNothing, kFree, kFromTheDead };

  // kNothing if `deadline` passed first.
  Got acquire(Deadline deadline, skein::internal::SpinHistory& history) noexcept {
    std::uint64_t free = 0;
    if (holder_.compare_exchange_strong(free, me())) [[likely]]
      return Got::kFree;
    return acquire_slow(deadline, history);
  }
  // Sequentially consistent: changes before it are seen by whoever announces itself as a sleeper after it.
  void release() noexcept {
    holder_.exchange(0);
    waiting_.wake_one();
  }
  // Whether nobody who lives holds it: a change that its last holder had begun will not be ended. Some system calls if
  // it is held.
  [[nodiscard]] bool abandoned() const noexcept {
    const std::uint64_t holder = holder_.load();
    return holder == 0 || gone(who(holder));
  }

 private:
  static std::uint64_t me() noexcept {
    const Identity mine = self();
    return (std::uint64_t{mine.pid} << 32) | mine.started;
  }
  static Identity who(std::uint64_t holder) noexcept {
    return {static_cast<std::uint32_t>(holder >> 32), static_cast<std::uint32_t>(holder)};
  }
  Got acquire_slow(Deadline deadline, skein::internal::SpinHistory& history) noexcept;

  skein::internal::Atomic<std::uint64_t> holder_;
  Sleepers waiting_;
};

}  // namespace skein::inline v0::multiprocessing::internal

#endif  // SKEIN_MULTIPROCESSING_SRC_HOLDER_LOCK_H_
