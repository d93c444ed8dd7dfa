// The flags by which sleepers in shared memory are found, and how long they sleep.
#ifndef SKEIN_MULTIPROCESSING_SRC_SLEEPERS_H_
#define SKEIN_MULTIPROCESSING_SRC_SLEEPERS_H_

#include <skein/core/internal/platform.h>
#include <skein/core/park.h>
#include <skein/core/spin.h>
#include <skein/core/timeout.h>

#include <algorithm>
#include <cstdint>
#include <limits>

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

}  // namespace skein::inline v0::multiprocessing::internal

#endif  // SKEIN_MULTIPROCESSING_SRC_SLEEPERS_H_
