#include <skein/threading/event.h>

#include <limits>

namespace skein::inline v0::threading {

using internal::kSleeper;
using internal::sleepers_of;
using internal::value_of;

void Event::set() noexcept {
  const void* const address = internal::value_address(bits_);
  std::uint64_t bits = bits_.load();
  for (;;) {
    if ((bits & kRaised) != 0) return;
    // One rise more, without a carry into the sleepers.
    const std::uint32_t raised = (value_of(bits) + kRise) | static_cast<std::uint32_t>(kRaised);
    const std::uint64_t next = (bits & ~std::uint64_t{0xffff'ffff}) | raised;
    if (bits_.compare_exchange_strong(bits, next)) {
      if (sleepers_of(bits) != 0) internal::unpark(address, std::numeric_limits<int>::max());
      return;
    }
  }
}

void Event::clear() noexcept { bits_.fetch_and(~kRaised); }

bool Event::wait_slow(Timeout timeout, const std::stop_token* stop) {
  const internal::Until until{.deadline = Deadline(timeout), .stop = stop};
  std::uint64_t bits = bits_.load();
  const std::uint32_t lowered = value_of(bits);
  if ((lowered & kRaised) != 0) return true;
  if (until.deadline.ns() == 0) return false;

  // From here on any other value means that the flag has been raised since.
  internal::Spin spin(history_, until.deadline);
  do {
    const bool stopped = until.stopped();  // Before the look, so that a set() before the request counts.
    if (value_of(bits_.load()) != lowered) {
      spin.paid_off();
      return true;
    }
    if (stopped) return false;
  } while (spin.step());

  bits_.fetch_add(kSleeper);
  internal::StopWaker waker(until, internal::value_address(bits_));
  bool in_time = true;
  while (value_of(bits_.load()) == lowered && in_time && !until.stopped()) {
    in_time = internal::park(internal::value_address(bits_), lowered, until.deadline);
  }
  return value_of(bits_.fetch_sub(kSleeper)) != lowered;
}

}  // namespace skein::inline v0::threading
