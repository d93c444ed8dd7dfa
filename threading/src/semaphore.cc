#include <skein/core/errors.h>
#include <skein/threading/semaphore.h>

#include <algorithm>

namespace skein::inline v0::threading {

using internal::kSleeper;
using internal::sleepers_of;
using internal::value_of;

Semaphore::Semaphore(std::int64_t value, std::int64_t limit)
    : bits_(static_cast<std::uint64_t>(value)), limit_(static_cast<std::uint32_t>(limit)) {
  if (value < 0) throw ValueError("semaphore initial value must be >= 0");
  if (value > kMax) throw ValueError("semaphore initial value is too large");
}

bool Semaphore::acquire_with(const AcquireOptions& options) {
  if (!options.blocking) {
    if (!options.timeout.unlimited()) throw ValueError("can't specify timeout for non-blocking acquire");
    return try_lock();
  }
  if (try_lock()) return true;
  const Deadline deadline(options.timeout);
  return deadline.ns() != 0 && acquire_slow({.deadline = deadline});
}

bool Semaphore::acquire_slow(const internal::Until& until) {
  internal::Spin spin(history_, until.deadline);
  do {
    const bool stopped = until.stopped();  // Before the look, so that a permit released before the request is taken.
    if (try_lock()) {
      spin.paid_off();
      return true;
    }
    if (stopped) return false;
  } while (spin.step());

  std::uint64_t bits = bits_.fetch_add(kSleeper) + kSleeper;
  internal::StopWaker waker(until, internal::value_address(bits_));
  bool give_up = false;
  for (;;) {
    if (value_of(bits) != 0) {
      // Also when time is up: a permit that was released for this sleeper is not left lying.
      if (bits_.compare_exchange_strong(bits, bits - 1 - kSleeper)) return true;
    } else if (give_up || until.stopped()) {
      if (bits_.compare_exchange_strong(bits, bits - kSleeper)) return false;
    } else {
      give_up = !internal::park(internal::value_address(bits_), 0, until.deadline);
      bits = bits_.load();
    }
  }
}

void Semaphore::release(std::int64_t n) {
  if (n < 1) throw ValueError("n must be one or more");
  const void* const address = internal::value_address(bits_);
  std::uint64_t bits = bits_.load();
  for (;;) {
    if (n > static_cast<std::int64_t>(limit_) - static_cast<std::int64_t>(value_of(bits))) {
      throw ValueError("Semaphore released too many times");
    }
    if (bits_.compare_exchange_strong(bits, bits + static_cast<std::uint64_t>(n))) break;
  }
  if (sleepers_of(bits) != 0) {
    internal::unpark(address, static_cast<int>(std::min<std::int64_t>(n, sleepers_of(bits))));
  }
}

}  // namespace skein::inline v0::threading
