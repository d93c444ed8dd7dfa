// What rings and queues are guarded by: short locks in shared memory that a killed holder does not take along, and the
// flags by which sleepers are found.
#ifndef SKEIN_MULTIPROCESSING_SRC_HOLDER_LOCK_H_
#define SKEIN_MULTIPROCESSING_SRC_HOLDER_LOCK_H_

#include <skein/core/internal/platform.h>
#include <skein/core/park.h>
#include <skein/core/spin.h>
#include <skein/core/timeout.h>

#include <algorithm>
#include <cstdint>
#include <limits>

#include "identity.h"

namespace skein::inline v0::multiprocessing::internal {

// The longest sleep before one looks again. What wakes a sleeper may be killed between its change and the wake-up.
inline constexpr std::int64_t kSliceNs = 50'000'000;
// The same where a request to stop may come, whose wake-up may come just before the sleep.
inline constexpr std::int64_t kStopSliceNs = 10'000'000;

// The end of a sleep of at most `slice_ns` that must not pass `deadline`.
inline Deadline slice_of(Deadline deadline, std::int64_t slice_ns) noexcept {
  return std::min(deadline, Deadline::at(skein::internal::monotonic_ns() + slice_ns));
}

// In shared memory; zero: nobody sleeps. A flag and not a count, since nobody would count the dead down: it is raised
// by who is about to sleep and taken down by who wakes. After that others may sleep unseen, so who was woken raises it
// again, and whoever then finds something left for another wakes that one.
class Sleepers {
 public:
  // Comes before the last look at what is waited for. (Sequentially consistent, as is wake's look at the flag: either
  // this look sees the change, or the one who made it sees the flag.)
  void announce() noexcept { asleep_.store(1); }
  // Until a wake-up, or `until`.
  void sleep(Deadline until) noexcept { skein::internal::park(&asleep_, 1, until, skein::internal::Scope::kShared); }
  // Whether somebody may.
  [[nodiscard]] bool any() const noexcept { return asleep_.load() != 0; }
  // Comes after the change.
  void wake_one() noexcept { wake(1); }
  void wake_all() noexcept { wake(std::numeric_limits<int>::max()); }
  // Whoever sleeps, announced or not.
  void rouse() noexcept {
    asleep_.store(0);
    skein::internal::unpark(&asleep_, std::numeric_limits<int>::max(), skein::internal::Scope::kShared);
  }

 private:
  void wake(int count) noexcept {
    if (asleep_.load() != 0 && asleep_.exchange(0) != 0) [[unlikely]]
      skein::internal::unpark(&asleep_, count, skein::internal::Scope::kShared);
  }

  skein::internal::Atomic<std::uint32_t> asleep_;
};

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
