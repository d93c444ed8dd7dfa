// skein/core/timeout.h - how long a call may block. Python: the `timeout=` arguments (seconds or None).
#ifndef SKEIN_CORE_TIMEOUT_H_
#define SKEIN_CORE_TIMEOUT_H_

#include <skein/core/export.h>

#include <chrono>
#include <compare>
#include <concepts>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace skein::inline v0 {

// Python: None. As a timeout: no limit.
struct NoneType {
  explicit constexpr NoneType(int) noexcept {}
};
inline constexpr NoneType None{0};

namespace internal {

// Seconds of any arithmetic type that Python would take for a number: no bool, no characters.
template <class T>
concept Seconds =
    std::is_arithmetic_v<T> && !std::same_as<T, bool> && !std::same_as<T, char> && !std::same_as<T, wchar_t> &&
    !std::same_as<T, char8_t> && !std::same_as<T, char16_t> && !std::same_as<T, char32_t>;

[[noreturn]] SKEIN_API void throw_nan_timeout();

}  // namespace internal

// A span of time for a blocking call: any number of seconds, any std::chrono duration, or None.
//
// Threads:  a value; copies are independent.
// Range:    kept in nanoseconds, saturating: infinity and whatever is too large to count mean "no limit", minus
//           infinity and whatever is too small mean the least value. A negative span is kept as it is, because
//           Python answers it call by call (Lock and Queue refuse it, Event only looks, join returns).
// Errors:   ValueError if the number is NaN (CPython's Queue.get spins for ever on one).
class Timeout {
 public:
  // No limit.
  constexpr Timeout(NoneType) noexcept {}  // NOLINT(google-explicit-constructor)

  // `seconds` from the call's entry; so `span`.
  template <internal::Seconds T>
  constexpr Timeout(T seconds) : ns_(from_seconds(seconds)) {}  // NOLINT(google-explicit-constructor)

  template <class Rep, class Period>
  constexpr Timeout(std::chrono::duration<Rep, Period> span)  // NOLINT(google-explicit-constructor)
      : ns_(from_duration(span)) {}

  // True for None and for spans too long to count.
  [[nodiscard]] constexpr bool unlimited() const noexcept { return ns_ == kUnlimited; }
  // True for less than zero.
  [[nodiscard]] constexpr bool negative() const noexcept { return ns_ < 0; }
  // The span; nanoseconds::max() if unlimited.
  [[nodiscard]] constexpr std::chrono::nanoseconds span() const noexcept { return std::chrono::nanoseconds(ns_); }

  friend constexpr bool operator==(const Timeout&, const Timeout&) = default;

 private:
  static constexpr std::int64_t kUnlimited = std::numeric_limits<std::int64_t>::max();

  template <class T>
  static constexpr std::int64_t from_seconds(T seconds) {
    if constexpr (std::is_floating_point_v<T>) {
      return from_nanoseconds(static_cast<long double>(seconds) * 1e9L);
    } else if constexpr (std::is_signed_v<T>) {
      constexpr std::int64_t kMost = kUnlimited / 1'000'000'000;
      if (static_cast<std::intmax_t>(seconds) > kMost) return kUnlimited;
      if (static_cast<std::intmax_t>(seconds) < -kMost) return std::numeric_limits<std::int64_t>::min();
      return static_cast<std::int64_t>(seconds) * 1'000'000'000;
    } else {
      constexpr std::uint64_t kMost = kUnlimited / 1'000'000'000;
      if (static_cast<std::uintmax_t>(seconds) > kMost) return kUnlimited;
      return static_cast<std::int64_t>(seconds) * 1'000'000'000;
    }
  }

  // Rounds away from zero: a wait never ends early, and no positive span becomes a mere look.
  static constexpr std::int64_t from_nanoseconds(long double ns) {
    if (ns != ns) internal::throw_nan_timeout();
    if (ns >= 9223372036854775807.0L) return kUnlimited;
    if (ns <= -9223372036854775808.0L) return std::numeric_limits<std::int64_t>::min();
    auto whole = static_cast<std::int64_t>(ns);
    if (static_cast<long double>(whole) < ns) ++whole;
    if (ns < 0 && static_cast<long double>(whole) > ns) --whole;
    return whole;
  }

  template <class Rep, class Period>
  static constexpr std::int64_t from_duration(std::chrono::duration<Rep, Period> span) {
    constexpr std::intmax_t kSecond = 1'000'000'000;
    if constexpr (std::integral<Rep> && kSecond % Period::den == 0 && Period::num <= kUnlimited / kSecond) {
      constexpr std::intmax_t kTick = kSecond / Period::den * Period::num;
      constexpr auto kMost = kUnlimited / kTick;
      if (span.count() > 0 && static_cast<std::uintmax_t>(span.count()) > static_cast<std::uintmax_t>(kMost))
        return kUnlimited;
      if constexpr (std::is_signed_v<Rep>) {
        if (span.count() < 0 && static_cast<std::intmax_t>(span.count()) < -static_cast<std::intmax_t>(kMost))
          return std::numeric_limits<std::int64_t>::min();
      }
      return static_cast<std::int64_t>(span.count()) * kTick;
    } else {
      return from_nanoseconds(static_cast<long double>(span.count()) * static_cast<long double>(Period::num) *
                              static_cast<long double>(kSecond) / static_cast<long double>(Period::den));
    }
  }

  std::int64_t ns_ = kUnlimited;
};

// A Timeout made absolute, once, on the monotonic clock. Loops pass it on; nothing counts a span down.
class Deadline {
 public:
  // Never comes.
  constexpr Deadline() noexcept = default;
  // `timeout` from now on; a negative one is already past. Saturates instead of overflowing. Reads the clock only if
  // it has to (a positive, limited span).
  SKEIN_API explicit Deadline(Timeout timeout) noexcept;
  // `ns` on CLOCK_MONOTONIC.
  static constexpr Deadline at(std::int64_t ns) noexcept {
    Deadline deadline;
    deadline.ns_ = ns;
    return deadline;
  }

  // Whether there is no limit.
  [[nodiscard]] constexpr bool never() const noexcept { return ns_ == std::numeric_limits<std::int64_t>::max(); }
  // True once the moment has come.
  [[nodiscard]] SKEIN_API bool passed() const noexcept;
  // Nanoseconds on CLOCK_MONOTONIC.
  [[nodiscard]] constexpr std::int64_t ns() const noexcept { return ns_; }

  friend constexpr auto operator<=>(const Deadline&, const Deadline&) = default;

 private:
  std::int64_t ns_ = std::numeric_limits<std::int64_t>::max();
};

}  // namespace skein::inline v0

#endif  // SKEIN_CORE_TIMEOUT_H_
