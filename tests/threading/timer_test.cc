#include <gtest/gtest.h>
#include <skein/threading.h>
#include <skein/time.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "testing/party.h"
#include "testing/repeat.h"

namespace skein::threading {
namespace {

using testing::now;

TEST(TimerTest, CallsTheFunctionAfterTheInterval) {
  std::vector<int> got;
  const double start = now();
  Timer timer(0.05, [&](int a, int b) { got = {a, b}; }, 1, 2);
  timer.start();
  timer.join();
  EXPECT_GE(now() - start, 0.05);
  EXPECT_EQ(got, (std::vector<int>{1, 2}));
}

TEST(TimerTest, CancelKeepsTheFunctionFromBeingCalled) {
  bool called = false;
  Timer timer(3600, [&] { called = true; });
  timer.start();
  EXPECT_TRUE(timer.is_alive());
  EXPECT_TRUE(timer.cancel());
  EXPECT_TRUE(timer.cancel());  // Still never.
  timer.join();
  EXPECT_FALSE(called);
}

TEST(TimerTest, CancelBeforeStartEndsItAtOnce) {
  bool called = false;
  Timer timer(3600, [&] { called = true; });
  EXPECT_TRUE(timer.cancel());
  timer.start();
  timer.join();
  EXPECT_FALSE(called);
}

TEST(TimerTest, CancelAfterTheCallSaysSo) {
  Timer timer(0, [] {});
  timer.start();
  timer.join();
  EXPECT_FALSE(timer.cancel());
}

TEST(TimerTest, MovesAndIsAThread) {
  int calls = 0;
  Timer timer(0, [&](std::unique_ptr<int> n) { calls += *n; }, std::make_unique<int>(3));
  EXPECT_FALSE(timer.daemon());
  EXPECT_EQ(timer.ident(), std::nullopt);
  std::vector<Timer> timers;
  timers.push_back(std::move(timer));
  timers.front().set_name("timer");
  EXPECT_EQ(timers.front().name(), "timer");
  timers.front().start();
  timers.front().join();
  EXPECT_EQ(calls, 3);
  EXPECT_TRUE(timers.front().native_id().has_value());
  EXPECT_THROW(timers.front().start(), RuntimeError);
}

TEST(TimerTest, RunWaitsAndCallsInTheCallingThread) {
  std::uint64_t where = 0;
  Timer timer(0.01, [&] { where = get_ident(); });
  timer.run();
  EXPECT_EQ(where, get_ident());
}

TEST(TimerTest, ANegativeIntervalIsNoneAndNaNIsRefused) {
  int calls = 0;
  Timer timer(-5, [&] { ++calls; });
  timer.start();
  timer.join();
  EXPECT_EQ(calls, 1);
  EXPECT_THROW(Timer(std::nan(""), [] {}), ValueError);
}

TEST(TimerTest, AnEndlessIntervalNeverCalls) {
  Timer timer(std::numeric_limits<double>::infinity(), [] { ADD_FAILURE() << "called"; });
  timer.start();
  timer.join(0.02);
  EXPECT_TRUE(timer.is_alive());
  EXPECT_TRUE(timer.cancel());
}

// The function runs at most once, and cancel() tells whether it does, however close the two come. The two are let
// come close to each other again and again: the canceller follows the instant of firing to and fro.
TEST(TimerFaults, T15_CancelAtTheInstantItFires) {
  const std::int64_t rounds = testing::repeat(3000, 100'000);
  constexpr double kInterval = 60e-6;
  // Of the canceller, from the start; led towards the instant of firing, the faster the longer the same one wins, since
  // how long a thread takes to begin is the machine's affair.
  double offset = 0;
  double step = 0.3e-6;
  bool before = true;
  std::int64_t cancelled = 0;
  for (std::int64_t i = 0; i < rounds; ++i) {
    std::atomic<int> calls{0};
    Timer timer(kInterval, [&] { calls.fetch_add(1); });
    timer.start();
    const double until = now() + offset + 1e-8 * static_cast<double>(i % 100);
    while (now() < until) internal::cpu_relax();
    const bool never = timer.cancel();
    timer.join();
    ASSERT_EQ(calls.load(), never ? 0 : 1) << "round " << i;
    cancelled += never ? 1 : 0;
    step = never == before ? std::min(step * 1.5, 1e-3) : std::max(step / 4, 0.1e-6);
    before = never;
    offset = std::max(offset + (never ? step : -step), 0.0);
  }
  // It was not always the same one that won.
  EXPECT_GT(cancelled, 0);
  EXPECT_LT(cancelled, rounds);
}

TEST(TimerFaults, T15_ANegativeDelayRunsAtOnce) {
  const double start = now();
  int calls = 0;
  Timer timer(-1, [&] { ++calls; });
  timer.start();
  timer.join();
  EXPECT_EQ(calls, 1);
  EXPECT_LT(now() - start, 10);
}

}  // namespace
}  // namespace skein::threading
