#include <skein/core/errors.h>
#include <skein/threading/lock.h>

#include <chrono>

namespace skein::inline v0::threading {

using internal::kSleeper;
using internal::sleepers_of;
using internal::value_of;

bool Lock::acquire_with(const AcquireOptions& options) SKEIN_NO_THREAD_SAFETY_ANALYSIS {
  const bool unlimited = options.timeout.unlimited() || options.timeout == Timeout(-1);
  if (!options.blocking) {
    if (!unlimited) throw ValueError("can't specify a timeout for a non-blocking call");
    return try_lock();
  }
  if (!unlimited && options.timeout.negative()) throw ValueError("timeout value must be a non-negative number");
  if (try_lock()) return true;
  if (!unlimited && options.timeout.span().count() == 0) return false;
  return acquire_slow({.deadline = unlimited ? Deadline() : Deadline(options.timeout)});
}

bool Lock::acquire_until_stopped(const std::stop_token& stop, Timeout timeout) SKEIN_NO_THREAD_SAFETY_ANALYSIS {
  if (timeout.negative() && timeout != Timeout(-1)) throw ValueError("timeout value must be a non-negative number");
  if (try_lock()) return true;
  return acquire_slow({.deadline = timeout.negative() ? Deadline() : Deadline(timeout), .stop = &stop});
}

bool Lock::acquire_slow(const internal::Until& until) {
  const std::uint64_t mine = held_by_me();
  internal::Spin spin(history_, until.deadline);
  std::uint64_t bits = bits_.load();
  for (;;) {
    if ((bits & kHeld) == 0) {
      if (bits_.compare_exchange_strong(bits, bits | mine)) {
        spin.paid_off();
        return true;
      }
      continue;
    }
    // Few looks: each one takes the line from the holder, who may be about to take the lock again and again.
    if (until.stopped() || !spin.longer_step()) break;
    bits = bits_.load();
  }

  // Become a sleeper, or the holder if it has become free.
  for (;;) {
    if ((bits & kHeld) == 0) {
      if (bits_.compare_exchange_strong(bits, bits | mine)) return true;
    } else if (internal::left_behind_by_fork(static_cast<std::uint32_t>(value_of(bits) >> kTokenShift))) {
      if (until.inherit) {
        // Its sleepers stayed behind with it.
        if (bits_.compare_exchange_strong(bits, mine)) return true;
        continue;
      }
      throw RuntimeError("the lock was held by a thread that fork() left behind in the parent process");
    } else if (bits_.compare_exchange_strong(bits, bits + kSleeper)) {
      bits += kSleeper;
      break;
    }
  }

  internal::StopWaker waker(until, internal::value_address(bits_));
  bool give_up = false;
  for (;;) {
    if ((bits & kHeld) == 0) {
      if (bits_.compare_exchange_strong(bits, ((bits | mine) & ~kWoken) - kSleeper)) return true;
    } else if (give_up || until.stopped()) {
      if (bits_.compare_exchange_strong(bits, (bits & ~kWoken) - kSleeper)) return false;
    } else if ((bits & kWoken) != 0) {
      if (bits_.compare_exchange_strong(bits, bits & ~kWoken)) bits &= ~kWoken;
    } else {
      give_up = !internal::park(internal::value_address(bits_), value_of(bits), until.deadline);
      bits = bits_.load();
    }
  }
}

void Lock::release_slow() {
  std::uint64_t bits = bits_.load();
  const void* const address = internal::value_address(bits_);
  for (;;) {
    if ((bits & kHeld) == 0) throw RuntimeError("release unlocked lock");
    const bool wake = sleepers_of(bits) != 0 && (bits & kWoken) == 0;
    const std::uint64_t free =
        (bits & ~std::uint64_t{0xffff'ffff}) | (bits & kWoken) | (wake ? kWoken : std::uint64_t{0});
    if (bits_.compare_exchange_strong(bits, free)) {
      if (wake) internal::unpark(address, 1);
      return;
    }
  }
}

}  // namespace skein::inline v0::threading
