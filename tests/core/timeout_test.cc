#include <gtest/gtest.h>
#include <skein/core/errors.h>
#include <skein/core/timeout.h>

#include <chrono>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <ratio>

#include "testing/party.h"

namespace skein {
namespace {

using std::chrono::duration;
using std::chrono::nanoseconds;

constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
constexpr double kInf = std::numeric_limits<double>::infinity();
const double kNan = std::nan("");

std::int64_t ns(Timeout timeout) { return timeout.span().count(); }

// ---- what it is made from ----

TEST(Timeout, NoneMeansNoLimit) {
  EXPECT_TRUE(Timeout(None).unlimited());
  EXPECT_FALSE(Timeout(None).negative());
  EXPECT_EQ(Timeout(None).span(), nanoseconds::max());
}

TEST(Timeout, IntegersAreSeconds) {
  EXPECT_EQ(ns(5), 5'000'000'000);
  EXPECT_EQ(ns(0), 0);
  EXPECT_EQ(ns(-1), -1'000'000'000);
  EXPECT_EQ(ns(std::uint8_t{200}), 200'000'000'000);
  EXPECT_EQ(ns(std::int8_t{-3}), -3'000'000'000);
  EXPECT_EQ(ns(7ULL), 7'000'000'000);
  EXPECT_EQ(ns(std::int64_t{9'223'372'036}), 9'223'372'036'000'000'000);
}

TEST(Timeout, FloatsAreSeconds) {
  EXPECT_EQ(ns(0.5), 500'000'000);
  EXPECT_EQ(ns(0.25F), 250'000'000);
  EXPECT_EQ(ns(1.5L), 1'500'000'000);
  EXPECT_EQ(ns(-0.5), -500'000'000);
  EXPECT_EQ(ns(0.0), 0);
  EXPECT_EQ(ns(-0.0), 0);
}

TEST(Timeout, AnyDurationWillDo) {
  using std::chrono::days;
  using std::chrono::hours;
  using std::chrono::milliseconds;
  EXPECT_EQ(ns(milliseconds(3)), 3'000'000);
  EXPECT_EQ(ns(nanoseconds(1)), 1);
  EXPECT_EQ(ns(hours(2)), 7'200'000'000'000);
  EXPECT_EQ(ns(days(-1)), -86'400'000'000'000);
  EXPECT_EQ(ns(duration<double>(0.125)), 125'000'000);
  EXPECT_EQ(ns(duration<float, std::milli>(0.5F)), 500'000);
  EXPECT_EQ(ns(duration<std::uint64_t, std::micro>(9)), 9'000);
  EXPECT_EQ(ns(duration<int, std::ratio<1, 3>>(3)), 1'000'000'000);
}

template <class T>
concept MakesATimeout = std::convertible_to<T, Timeout>;
static_assert(MakesATimeout<int> && MakesATimeout<double> && MakesATimeout<NoneType> &&
              MakesATimeout<std::chrono::seconds>);
static_assert(!MakesATimeout<bool>, "a flag must not slip into the place of a timeout");
static_assert(!MakesATimeout<char> && !MakesATimeout<char8_t> && !MakesATimeout<wchar_t>);
static_assert(!MakesATimeout<const char*> && !MakesATimeout<std::nullptr_t>);
static_assert(Timeout(2) == Timeout(2.0) && Timeout(2) == Timeout(std::chrono::seconds(2)) && Timeout(2) != Timeout(3));

// ---- rounding ----

TEST(Timeout, APositiveSpanNeverBecomesALook) {
  EXPECT_EQ(ns(1e-30), 1);
  EXPECT_EQ(ns(std::numeric_limits<double>::denorm_min()), 1);
  EXPECT_EQ(ns(duration<std::int64_t, std::pico>(1)), 1);
  EXPECT_EQ(ns(1.0000000001e-9), 2) << "it must not end early either";
}

TEST(Timeout, ANegativeSpanStaysNegative) {
  EXPECT_TRUE(Timeout(-1e-30).negative());
  EXPECT_EQ(ns(-1e-30), -1);
  EXPECT_TRUE(Timeout(duration<std::int64_t, std::pico>(-1)).negative());
}

// ---- what cannot be counted (faults.md 1.4: libstdc++ says "timed out" at once to all of these) ----

TEST(Timeout, WhatIsTooLargeMeansNoLimit) {
  EXPECT_TRUE(Timeout(kInf).unlimited());
  EXPECT_TRUE(Timeout(std::numeric_limits<float>::infinity()).unlimited());
  EXPECT_TRUE(Timeout(duration<double>(kInf)).unlimited());
  EXPECT_TRUE(Timeout(1e300).unlimited());
  EXPECT_TRUE(Timeout(1e18).unlimited());
  EXPECT_TRUE(Timeout(9.3e9).unlimited());
  EXPECT_TRUE(Timeout(std::numeric_limits<int64_t>::max()).unlimited());
  EXPECT_TRUE(Timeout(std::numeric_limits<uint64_t>::max()).unlimited());
  EXPECT_TRUE(Timeout(std::int64_t{9'223'372'037}).unlimited());
  EXPECT_TRUE(Timeout(std::chrono::hours::max()).unlimited());
  EXPECT_TRUE(Timeout(std::chrono::milliseconds::max()).unlimited());
  EXPECT_TRUE(Timeout(nanoseconds::max()).unlimited());
  EXPECT_TRUE(Timeout(duration<std::uint64_t, std::ratio<86400>>::max()).unlimited());
  EXPECT_TRUE(Timeout(duration<double, std::exa>(1e300)).unlimited());
  EXPECT_FALSE(Timeout(9.2e9).unlimited());
}

TEST(Timeout, WhatIsTooSmallIsTheLeast) {
  EXPECT_EQ(ns(-kInf), kLeast);
  EXPECT_EQ(ns(-1e300), kLeast);
  EXPECT_EQ(ns(std::numeric_limits<std::int64_t>::min()), kLeast);
  EXPECT_EQ(ns(std::chrono::hours::min()), kLeast);
  EXPECT_EQ(ns(duration<double>(-kInf)), kLeast);
  EXPECT_EQ(ns(nanoseconds::min()), kLeast);
}

TEST(Timeout, NanIsAnErrorHoweverItIsWritten) {
  EXPECT_THROW(Timeout{kNan}, ValueError);
  EXPECT_THROW(Timeout{std::nanf("")}, ValueError);
  EXPECT_THROW(Timeout{std::nanl("")}, ValueError);
  EXPECT_THROW(Timeout{duration<double>(kNan)}, ValueError);
  EXPECT_THROW((Timeout{duration<float, std::milli>(std::nanf(""))}), ValueError);
}

// ---- deadlines ----

TEST(Deadline, IsTheSpanFromNowOn) {
  const double before = testing::now();
  const Deadline deadline(Timeout(100));
  const double after = testing::now();
  EXPECT_GE(static_cast<double>(deadline.ns()) * 1e-9, before + 100 - 1e-6);
  EXPECT_LE(static_cast<double>(deadline.ns()) * 1e-9, after + 100 + 1e-6);
  EXPECT_FALSE(deadline.passed());
  EXPECT_FALSE(deadline.never());
}

TEST(Deadline, NoLimitNeverComes) {
  EXPECT_TRUE(Deadline().never());
  EXPECT_TRUE(Deadline(None).never());
  EXPECT_TRUE(Deadline(Timeout(kInf)).never());
  EXPECT_FALSE(Deadline().passed());
}

TEST(Deadline, SaturatesInsteadOfOverflowing) {
  // The longest span that is counted, from a clock that is not at zero: past the end of 64 bits.
  const Deadline deadline(nanoseconds(nanoseconds::max().count() - 1));
  EXPECT_TRUE(deadline.never());
  EXPECT_FALSE(deadline.passed());
}

TEST(Deadline, OfZeroOrLessHasPassed) {
  EXPECT_TRUE(Deadline(Timeout(0)).passed());
  EXPECT_TRUE(Deadline(Timeout(-5)).passed());
  EXPECT_TRUE(Deadline(Timeout(-kInf)).passed());
  EXPECT_TRUE(Deadline::at(1).passed());
}

TEST(Deadline, PassesInTime) {
  const double start = testing::now();
  const Deadline deadline(Timeout(0.02));
  while (!deadline.passed()) {
    ASSERT_LT(testing::now() - start, 20);
  }
  EXPECT_GE(testing::now() - start, 0.02);
}

TEST(Deadline, EarlierOnesCompareLess) {
  EXPECT_LT(Deadline(Timeout(1)), Deadline(Timeout(2)));
  EXPECT_LT(Deadline(Timeout(1e6)), Deadline());
  EXPECT_EQ(Deadline(None), Deadline());
}

}  // namespace
}  // namespace skein
