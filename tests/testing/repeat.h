// How often a repeated test repeats: the one place that decides it.
#ifndef SKEIN_TESTS_TESTING_REPEAT_H_
#define SKEIN_TESTS_TESTING_REPEAT_H_

#include <algorithm>
#include <cstdint>
#include <cstdlib>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SKEIN_TESTING_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SKEIN_TESTING_SANITIZER 1
#endif
#endif

#if defined(__SANITIZE_THREAD__)
#define SKEIN_TESTING_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define SKEIN_TESTING_TSAN 1
#endif
#endif

namespace skein::testing {

// Sanitizers slow everything down about tenfold.
#ifdef SKEIN_TESTING_SANITIZER
inline constexpr std::int64_t kRepeatPercent = 10;
#else
inline constexpr std::int64_t kRepeatPercent = 100;
#endif

// A child that fork() made of a process with threads is more than TSan follows: the only accepted skip.
#ifdef SKEIN_TESTING_TSAN
inline constexpr bool kForkIsTestable = false;
#else
inline constexpr bool kForkIsTestable = true;
#endif
// First in a test that forks, or in the SetUp of such.
#define SKEIN_FORKS() \
  if (!::skein::testing::kForkIsTestable) GTEST_SKIP() << "TSan does not follow children that fork() makes"

// Whether this is the long form of the tests (./dev test nightly).
inline bool nightly() {
  static const bool is = std::getenv("SKEIN_NIGHTLY") != nullptr;  // NOLINT(concurrency-mt-unsafe)
  return is;
}

// `times` rounds in an ordinary run and `nightly_times` in the long form, of which a sanitizer build does a share.
inline std::int64_t repeat(std::int64_t times, std::int64_t nightly_times) {
  return std::max<std::int64_t>(1, (nightly() ? nightly_times : times) * kRepeatPercent / 100);
}
// The long form does twenty times as many.
inline std::int64_t repeat(std::int64_t times) { return repeat(times, 20 * times); }

}  // namespace skein::testing

#endif  // SKEIN_TESTS_TESTING_REPEAT_H_
