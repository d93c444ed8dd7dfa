#include <gtest/gtest.h>
#include <skein/core/errors.h>
#include <skein/time.h>

#include <pthread.h>

#include <chrono>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "testing/party.h"
#include "testing/signal_storm.h"

namespace skein {
namespace {

using testing::now;
using testing::Party;
using testing::SignalStorm;

constexpr double kInf = std::numeric_limits<double>::infinity();

double took(Timeout secs) {
  const double start = now();
  time::sleep(secs);
  return now() - start;
}

TEST(Sleep, LastsAtLeastAsLongAsAsked) {
  EXPECT_GE(took(0.05), 0.05);
  EXPECT_GE(took(std::chrono::milliseconds(20)), 0.02);
  EXPECT_LT(took(0.01), 10);
}

TEST(Sleep, OfZeroReturnsAtOnce) {
  EXPECT_LT(took(0), 5);
  EXPECT_LT(took(0.0), 5);
}

TEST(Sleep, ANegativeTimeIsAnError) {
  try {
    time::sleep(-0.001);
    FAIL() << "it slept";
  } catch (const ValueError& error) {
    EXPECT_STREQ(error.what(), "sleep length must be non-negative");
  }
  EXPECT_THROW(time::sleep(-kInf), ValueError);
  EXPECT_THROW(time::sleep(std::chrono::hours(-1)), ValueError);
}

TEST(Sleep, NanIsAnError) { EXPECT_THROW(time::sleep(std::nan("")), ValueError); }

// A handler that returns neither ends the sleep nor makes it longer: what is slept until is a moment, not a span.
TEST(Sleep, T5_SignalsNeitherEndNorStretchIt) {
  double shortest = 1e9;
  for (int attempt = 0; attempt < 5 && shortest > 0.35; ++attempt) {  // Once undisturbed by the rest of the machine.
    SignalStorm storm(testing::this_tid());
    const double seconds = took(0.3);
    EXPECT_GE(seconds, 0.3);
    EXPECT_GT(SignalStorm::hits(), 50);
    shortest = std::min(shortest, seconds);
  }
  EXPECT_LE(shortest, 0.35);
}

// What is too long to count does not overflow into a sleep that is over at once; and it is a place to be cancelled at.
TEST(Sleep, ForEverUntilCancelled) {
  const std::vector<Timeout> lengths{None,
                                     kInf,
                                     1e300,
                                     1e18,
                                     std::chrono::hours::max(),
                                     std::chrono::duration<double>(kInf),
                                     std::chrono::nanoseconds::max()};
  for (const Timeout& length : lengths) {
    std::atomic<bool> unwound{false};
    std::atomic<bool> woke{false};
    std::atomic<pthread_t> self{};
    Party sleeper([&] {
      struct Witness {
        ~Witness() { seen.store(true); }
        std::atomic<bool>& seen;
      } witness{unwound};
      self.store(::pthread_self());
      time::sleep(length);
      woke.store(true);
    });
    EXPECT_TRUE(sleeper.blocks());
    EXPECT_FALSE(woke.load());
    ::pthread_cancel(self.load());
    sleeper.join();
    EXPECT_TRUE(unwound.load()) << "destructors of a cancelled sleeper run";
    EXPECT_FALSE(woke.load());
  }
}

TEST(Clocks, GoOn) {
  const double first = time::monotonic();
  const double counter = time::perf_counter();
  time::sleep(0.01);
  EXPECT_GE(time::monotonic() - first, 0.01);
  EXPECT_GE(time::perf_counter() - counter, 0.01);
}

TEST(Clocks, MonotonicIsTheSystemsMonotonicClock) { EXPECT_NEAR(time::monotonic(), now(), 5); }

TEST(Clocks, TellMicrosecondsApart) {
  const double start = time::perf_counter();
  double next = start;
  while (next == start) next = time::perf_counter();
  EXPECT_LT(next - start, 1e-3);
}

}  // namespace
}  // namespace skein
