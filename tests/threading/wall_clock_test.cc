// T20: the wall clock is set while threads wait.
#include <gtest/gtest.h>
#include <skein/core/spin.h>
#include <skein/time.h>

#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <ctime>

#include "testing/child.h"
#include "testing/party.h"
#include "testing/seccomp.h"
#include "threading/timed_calls.h"

namespace {
std::atomic<std::int64_t> g_wall_clock_is_off_by{0};  // Seconds.
}  // namespace

// In place of the C library's, for the library under test as well: the wall clock as the test sets it.
extern "C" int clock_gettime(clockid_t clock, struct timespec* now) noexcept {
  const long result = ::syscall(SYS_clock_gettime, clock, now);
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
    now->tv_sec += g_wall_clock_is_off_by.load();
  }
  return static_cast<int>(result);
}

namespace skein {
namespace {

using testing::ask;
using testing::now;
using testing::Party;
using testing::Scene;
using testing::timed_calls;
using testing::TimedCall;

class WallClockFaults : public ::testing::TestWithParam<TimedCall> {};

INSTANTIATE_TEST_SUITE_P(EveryTimedCall, WallClockFaults, ::testing::ValuesIn(timed_calls()),
                         [](const auto& row) { return std::string(row.param.name); });

TEST_P(WallClockFaults, T20_AnHourForthOrBackDuringTheWaitChangesNothing) {
  static_cast<void>(spin_budget());
  const auto wall_clock_before = std::time(nullptr);
  for (const int step : {3600, -3600}) {
    double shortest = 1e9;
    for (int attempt = 0; attempt < 10 && shortest > 5; ++attempt) {
      const std::unique_ptr<Scene> scene = GetParam().make();
      g_wall_clock_is_off_by.store(0);
      const double start = now();
      Party waiting([&] { EXPECT_EQ(ask(*scene, [] { return 0.1; }), GetParam().in_vain); });
      static_cast<void>(waiting.blocks());
      g_wall_clock_is_off_by.store(step);
      waiting.join();
      const double seconds = now() - start;
      EXPECT_GE(seconds, 0.1);
      shortest = std::min(shortest, seconds);
    }
    EXPECT_LE(shortest, 5);
    EXPECT_NEAR(static_cast<double>(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now())),
                static_cast<double>(wall_clock_before + step), 60)
        << "the test must really turn the clock";
  }
  g_wall_clock_is_off_by.store(0);
}

// A deadline that the program reads from one clock and the kernel from another would go wrong as well. The kernel's
// side cannot be faked without setting the machine's clock, so no sleep that it would end by the wall clock is allowed.
SKEIN_SCENARIO(waits_without_the_wall_clock) {
  testing::forbid_waits_by_the_wall_clock();
  for (const TimedCall& call : timed_calls()) {
    const std::unique_ptr<Scene> scene = call.make();
    if (ask(*scene, [] { return 0.01; }) != call.in_vain) return 1;
  }
  time::sleep(0.01);
  threading::Timer timer(0.01, [] {});
  timer.start();
  timer.join();
  std::puts("all");
  return 0;
}

TEST(WallClockFaults, T20_TheKernelIsNeverAskedToWaitForTheWallClock) {
  const testing::Outcome outcome = testing::run_scenario("waits_without_the_wall_clock");
  EXPECT_TRUE(outcome.good()) << outcome;
  EXPECT_EQ(outcome.out, "all\n");
}

SKEIN_SCENARIO(waits_by_the_wall_clock) {
  testing::forbid_waits_by_the_wall_clock();
  timespec until{};
  ::clock_gettime(CLOCK_REALTIME, &until);
  ::clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &until, nullptr);
  return 0;
}

SKEIN_SCENARIO(parks_by_the_wall_clock) {
  testing::forbid_waits_by_the_wall_clock();
  timespec until{};
  ::clock_gettime(CLOCK_REALTIME, &until);
  const std::uint32_t word = 0;
  ::syscall(SYS_futex, &word, FUTEX_WAIT_BITSET_PRIVATE | FUTEX_CLOCK_REALTIME, 0, &until, nullptr, -1);
  return 0;
}

TEST(WallClockFaults, T20_AndTheCheckWouldFindIt) {
  EXPECT_EQ(testing::run_scenario("waits_by_the_wall_clock").status, -SIGSYS);
  EXPECT_EQ(testing::run_scenario("parks_by_the_wall_clock").status, -SIGSYS);
}

}  // namespace
}  // namespace skein
