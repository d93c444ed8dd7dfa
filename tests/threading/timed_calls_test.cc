// T5 and T7 of every call in the table timed_calls.h. (Of time.sleep and of park: tests/core.)
#include <gtest/gtest.h>
#include <skein/core/spin.h>

#include <cmath>
#include <limits>

#include "testing/party.h"
#include "testing/signal_storm.h"
#include "threading/timed_calls.h"

namespace skein {
namespace {

using testing::Answer;
using testing::ask;
using testing::eventually;
using testing::now;
using testing::Party;
using testing::Scene;
using testing::SignalStorm;
using testing::timed_calls;
using testing::TimedCall;

class TimedCallFaults : public ::testing::TestWithParam<TimedCall> {
 protected:
  static void SetUpTestSuite() { static_cast<void>(spin_budget()); }  // Measured now, not in the middle of a wait.
  const std::unique_ptr<Scene> scene_ = GetParam().make();
};

INSTANTIATE_TEST_SUITE_P(EveryTimedCall, TimedCallFaults, ::testing::ValuesIn(timed_calls()),
                         [](const auto& row) { return std::string(row.param.name); });

constexpr double kInf = std::numeric_limits<double>::infinity();

TEST_P(TimedCallFaults, T5_SignalsNeitherEndNorStretchTheWait) {
  double shortest = 1e9;
  for (int attempt = 0; attempt < 10 && shortest > 0.25; ++attempt) {  // Once undisturbed by the rest of the machine.
    const std::unique_ptr<Scene> scene = GetParam().make();
    SignalStorm storm(testing::this_tid());
    const double start = now();
    EXPECT_EQ(ask(*scene, [] { return 0.2; }), GetParam().in_vain);
    const double seconds = now() - start;
    EXPECT_GE(seconds, 0.2);
    EXPECT_GT(SignalStorm::hits(), 50);
    shortest = std::min(shortest, seconds);
  }
  EXPECT_LE(shortest, 0.25);
}

TEST_P(TimedCallFaults, T5_SignalsDoNotWakeAWaitWithoutLimit) {
  Party waiting([&] { EXPECT_EQ(ask(*scene_, [] { return None; }), GetParam().success); });
  ASSERT_TRUE(waiting.blocks());
  {
    SignalStorm storm(waiting.tid());
    EXPECT_TRUE(eventually([] { return SignalStorm::hits() >= 100; }));
    EXPECT_FALSE(waiting.done());
    scene_->end();
    EXPECT_TRUE(eventually([&] { return waiting.done(); }));
  }
}

TEST_P(TimedCallFaults, T7_ANegativeTimeoutIsAnsweredAsPythonDoes) {
  EXPECT_EQ(ask(*scene_, [] { return -5; }), GetParam().negative);
  EXPECT_EQ(ask(*GetParam().make(), [] { return -0.001; }), GetParam().negative);
  EXPECT_EQ(ask(*GetParam().make(), [] { return std::chrono::duration<double>(-5); }), GetParam().negative);
  EXPECT_EQ(ask(*GetParam().make(), [] { return std::chrono::hours::min(); }), GetParam().negative);
  EXPECT_EQ(ask(*GetParam().make(), [] { return -kInf; }), GetParam().negative);
}

TEST_P(TimedCallFaults, T7_ZeroOnlyLooks) {
  const double start = now();
  EXPECT_EQ(ask(*scene_, [] { return 0; }), GetParam().in_vain);
  EXPECT_EQ(ask(*GetParam().make(), [] { return 0.0; }), GetParam().in_vain);
  EXPECT_LT(now() - start, 10);
}

TEST_P(TimedCallFaults, T7_NanIsAnError) {
  EXPECT_EQ(ask(*scene_, [] { return std::nan(""); }), Answer::kValueError);
  EXPECT_EQ(ask(*scene_, [] { return std::chrono::duration<double>(std::nan("")); }), Answer::kValueError);
}

TEST_P(TimedCallFaults, T7_InfinityAndPastTheMaximumMeanNoLimit) {
  const std::vector<std::function<Timeout()>> lengths{
      [] { return kInf; },
      [] { return 1e18; },
      [] { return 1e300; },
      [] { return 2 * threading::TIMEOUT_MAX; },
      [] { return std::numeric_limits<std::int64_t>::max(); },
      [] { return std::chrono::hours::max(); },
      [] { return std::chrono::nanoseconds::max(); },
      [] { return std::chrono::duration<double>(kInf); },
      // The last ones that are counted: their end is past the end of the clock.
      [] { return threading::TIMEOUT_MAX; },
      [] { return std::chrono::nanoseconds::max() - std::chrono::nanoseconds(1); },
  };
  for (const auto& length : lengths) {
    const std::unique_ptr<Scene> scene = GetParam().make();
    Party waiting([&] { EXPECT_EQ(ask(*scene, length), GetParam().success); });
    EXPECT_TRUE(waiting.blocks()) << "it did not wait";
    scene->end();
    EXPECT_TRUE(eventually([&] { return waiting.done(); }));
  }
}

TEST_P(TimedCallFaults, T7_EndsNotBeforeItsTime) {
  for (const double seconds : {0.001, 0.02, 0.1}) {
    const std::unique_ptr<Scene> scene = GetParam().make();
    const double start = now();
    EXPECT_EQ(ask(*scene, [&] { return seconds; }), GetParam().in_vain);
    EXPECT_GE(now() - start, seconds);
    EXPECT_LT(now() - start, seconds + 10);
  }
}

TEST(TimerFaults, T7_IntervalsThatAreNegativeOrNan) {
  threading::Event called;
  threading::Timer at_once(-5, [&] { called.set(); });
  at_once.start();
  EXPECT_TRUE(called.wait(20));
  EXPECT_THROW(threading::Timer(std::nan(""), [] {}), ValueError);
}

TEST(TimerFaults, T7_AnInfiniteIntervalIsNotImmediate) {
  for (const Timeout interval : {Timeout(kInf), Timeout(1e300), Timeout(std::chrono::hours::max())}) {
    std::atomic<bool> called{false};
    threading::Timer never(interval, [&] { called.store(true); });
    never.start();
    testing::wait_until_asleep(static_cast<std::int64_t>(*never.native_id()));
    EXPECT_TRUE(never.cancel());
    never.join();
    EXPECT_FALSE(called.load());
  }
}

}  // namespace
}  // namespace skein
