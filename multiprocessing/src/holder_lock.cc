#include "holder_lock.h"

namespace skein::inline v0::multiprocessing::internal {

namespace {

// Whoever died in there died at most this long ago when it is found out.
constexpr std::int64_t kLookNs = 20'000'000;

}  // namespace

HolderLock::Got HolderLock::acquire_slow(Deadline deadline, skein::internal::SpinHistory& history) noexcept {
  const std::uint64_t mine = me();
  const auto take_if_free = [&] {
    std::uint64_t holder = holder_.load();
    return holder == 0 && holder_.compare_exchange_strong(holder, mine);
  };
  skein::internal::Spin spin(history, deadline);
  do {
    if (take_if_free()) {
      spin.paid_off();
      return Got::kFree;
    }
  } while (spin.longer_step());

  std::int64_t look_at = skein::internal::monotonic_ns() + kLookNs;
  for (;;) {
    waiting_.announce();
    if (take_if_free()) return Got::kFree;
    if (deadline.passed()) {
      waiting_.wake_one();  // The wake-up may have been this one's.
      return Got::kNothing;
    }
    waiting_.sleep(std::min(deadline, Deadline::at(look_at)));
    if (skein::internal::monotonic_ns() >= look_at) {
      std::uint64_t holder = holder_.load();
      // Exchanges the very word that it judged: whoever has come since is not robbed.
      if (holder != 0 && gone(who(holder)) && holder_.compare_exchange_strong(holder, mine)) return Got::kFromTheDead;
      look_at = skein::internal::monotonic_ns() + kLookNs;
    }
  }
}

}  // namespace skein::inline v0::multiprocessing::internal
