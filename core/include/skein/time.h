// skein/time.h - Python: the `time` module, as far as concurrent programs need it.
#ifndef SKEIN_TIME_H_
#define SKEIN_TIME_H_

#include <skein/core/export.h>
#include <skein/core/timeout.h>

namespace skein::inline v0::time {

// Python: time.sleep(secs). Blocks the calling thread for at least that long on the monotonic clock; a signal whose
// handler returns does not shorten it (PEP 475). Zero yields. None, infinity and over-large spans sleep for ever.
// A cancellation point of pthread_cancel.
// Errors: ValueError if negative ("sleep length must be non-negative") or NaN.
SKEIN_API void sleep(Timeout secs);

// Python: time.monotonic(). Seconds on a clock that never goes back; the start is arbitrary.
[[nodiscard]] SKEIN_API double monotonic() noexcept;

// Python: time.perf_counter(). Seconds on the clock of the highest resolution, for measuring short spans.
[[nodiscard]] SKEIN_API double perf_counter() noexcept;

}  // namespace skein::inline v0::time

#endif  // SKEIN_TIME_H_
