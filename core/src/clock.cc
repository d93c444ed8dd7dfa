#include <skein/core/errors.h>
#include <skein/core/internal/platform.h>
#include <skein/core/park.h>
#include <skein/core/timeout.h>
#include <skein/time.h>

#include <sched.h>

#include <cerrno>
#include <ctime>
#include <limits>

namespace skein::inline v0 {

namespace internal {

void throw_nan_timeout() { throw ValueError("Invalid value NaN (not a number)"); }

}  // namespace internal

Deadline::Deadline(Timeout timeout) noexcept {
  if (timeout.unlimited()) return;
  const std::int64_t span = timeout.span().count();
  if (span <= 0) {
    ns_ = 0;  // The monotonic clock has been past that since boot.
    return;
  }
  const std::int64_t now = internal::monotonic_ns();
  if (__builtin_add_overflow(now, span, &ns_)) ns_ = std::numeric_limits<std::int64_t>::max();
}

bool Deadline::passed() const noexcept { return !never() && (ns_ == 0 || internal::monotonic_ns() >= ns_); }

namespace time {

void sleep(Timeout secs) {
  if (secs.negative()) throw ValueError("sleep length must be non-negative");
  if (secs.span().count() == 0) {
    internal::yield_cpu();
    return;
  }
  const Deadline deadline(secs);
  const timespec until{.tv_sec = static_cast<time_t>(deadline.ns() / 1'000'000'000),
                       .tv_nsec = static_cast<long>(deadline.ns() % 1'000'000'000)};
  internal::BlockedElsewhere blocked;
  // The absolute form, so that a signal does not lengthen the sleep by what its handler took.
  while (::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr) == EINTR) {
  }
}

double monotonic() noexcept { return static_cast<double>(internal::monotonic_ns()) * 1e-9; }

double perf_counter() noexcept { return monotonic(); }

}  // namespace time
}  // namespace skein::inline v0
