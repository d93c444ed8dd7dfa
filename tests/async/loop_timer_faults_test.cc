// The rows of the fault table about the loop and time: A13, A14, A15.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/asyncio.h>

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "async/helpers.h"
#include "testing/asleep.h"
#include "testing/child.h"
#include "testing/party.h"
#include "testing/repeat.h"
#include "testing/seccomp.h"

namespace {
// Seconds.
std::atomic<std::int64_t> g_wall_clock_is_off_by{0};
std::atomic<std::int64_t> g_boot_clock_is_off_by{0};
}  // namespace

// In place of the C library's, for the library under test as well: the clocks as the test sets them.
extern "C" int clock_gettime(clockid_t clock, struct timespec* now) noexcept {
  const long result = ::syscall(SYS_clock_gettime, clock, now);
  if (result != 0) return static_cast<int>(result);
  if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) now->tv_sec += g_wall_clock_is_off_by.load();
  if (clock == CLOCK_BOOTTIME) now->tv_sec += g_boot_clock_is_off_by.load();
  return 0;
}

namespace skein {
namespace {

using asyncio::Coroutine;
using asyncio::Future;
using testing::eventually;
using testing::now;
using testing::Party;
using testing::Pipe;
using testing::repeat;
using testing::rounds;

// ---- A13 ----

TEST(LoopFaults, A13_OddDelays) {
  asyncio::run([]() -> Coroutine<> {
    auto loop = asyncio::get_running_loop();
    std::vector<std::string> order;
    loop.call_later(-5, [&order] { order.emplace_back("negative"); });
    loop.call_later(0, [&order] { order.emplace_back("zero"); });
    loop.call_later(std::numeric_limits<double>::infinity(), [&order] { order.emplace_back("infinite"); });
    loop.call_later(1e300, [&order] { order.emplace_back("huge"); });
    loop.call_later(std::chrono::nanoseconds::max() - std::chrono::seconds(1),
                    [&order] { order.emplace_back("long"); });
    loop.call_at(-1, [&order] { order.emplace_back("past"); });
    loop.call_at(1e300, [&order] { order.emplace_back("far"); });
    EXPECT_THROW(loop.call_later(std::numeric_limits<double>::quiet_NaN(), [] {}), ValueError);
    EXPECT_THROW(loop.call_at(std::numeric_limits<double>::quiet_NaN(), [] {}), ValueError);
    EXPECT_THROW(static_cast<void>(asyncio::sleep(std::numeric_limits<double>::quiet_NaN())), ValueError);
    co_await asyncio::sleep(-1);
    co_await asyncio::sleep(-std::numeric_limits<double>::infinity());
    co_await rounds(2);
    EXPECT_THAT(order, ::testing::UnorderedElementsAre("negative", "zero", "past"));
    auto never = asyncio::create_task([]() -> Coroutine<> { co_await asyncio::sleep(None); });
    co_await rounds(3);
    EXPECT_FALSE(never.done());
    never.cancel();
  });
}

// ---- A14 ----

constexpr double kDelay = 0.1;

// Waits that long in all the ways that there are, at once.
Coroutine<> wait_in_every_way() {
  auto loop = asyncio::get_running_loop();
  const double start = now();  // Before the first of them begins.
  auto later = loop.create_future<void>();
  auto at = loop.create_future<void>();
  loop.call_later(kDelay, [later]() mutable { later.set_result(); });
  loop.call_at(loop.time() + kDelay, [at]() mutable { at.set_result(); });
  const auto limited = [](double limit) -> Coroutine<> {
    try {
      co_await asyncio::wait_for(Future<void>(), limit);
    } catch (const TimeoutError&) {
    }
  };
  const auto in_scope = [](double limit) -> Coroutine<> {
    try {
      co_await asyncio::with(asyncio::timeout(limit), []() -> Coroutine<> { co_await Future<void>(); });
    } catch (const TimeoutError&) {
    }
  };
  const auto some = [](double limit) -> Coroutine<> {
    const std::vector<Future<void>> never{Future<void>()};
    static_cast<void>(co_await asyncio::wait(never, {.timeout = limit}));
  };
  const auto slept = [](double delay) -> Coroutine<> { co_await asyncio::sleep(delay); };
  const auto timed = [start](auto awaited) -> Coroutine<> {
    co_await std::move(awaited);
    EXPECT_GE(now() - start, kDelay);
  };
  co_await asyncio::gather(timed(later), timed(at), timed(limited(kDelay)), timed(in_scope(kDelay)),
                           timed(some(kDelay)), timed(slept(kDelay)));
}

struct ClockStep {
  const char* what;
  std::int64_t wall;
  std::int64_t boot;
};
constexpr ClockStep kClockSteps[] = {
    {"an hour forth", 3600, 0},
    {"an hour back", -3600, 0},
    {"the machine was suspended for an hour", 3600, 3600},
};

TEST(LoopFaults, A14_ClocksThatJumpWhileTheLoopSleepsChangeNothing) {
  const auto wall_clock_before = std::time(nullptr);
  for (const ClockStep& step : kClockSteps) {
    SCOPED_TRACE(step.what);
    for (const bool polls : {false, true}) {  // It sleeps in one of two ways.
      double shortest = 1e9;
      for (int attempt = 0; attempt < 10 && shortest > 5; ++attempt) {
        g_wall_clock_is_off_by.store(0);
        g_boot_clock_is_off_by.store(0);
        const double start = now();
        asyncio::run(
            [](const ClockStep& jump, bool registered) -> Coroutine<> {
              auto loop = asyncio::get_running_loop();
              const Pipe quiet;
              if (registered) loop.add_reader(quiet.ends[0], [] {});
              const auto loops_thread = testing::this_tid();
              const Party other([&] {
                EXPECT_TRUE(eventually([&] { return testing::is_asleep(loops_thread); }));
                g_wall_clock_is_off_by.store(jump.wall);
                g_boot_clock_is_off_by.store(jump.boot);
                loop.call_soon_threadsafe([] {});  // It looks at its timers.
              });
              co_await wait_in_every_way();
              if (registered) loop.remove_reader(quiet.ends[0]);
            },
            std::ref(step), polls);
        shortest = std::min(shortest, now() - start);
      }
      EXPECT_LE(shortest, 5);
      EXPECT_NEAR(static_cast<double>(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now())),
                  static_cast<double>(wall_clock_before + step.wall), 60)
          << "the test must really turn the clock";
    }
  }
  g_wall_clock_is_off_by.store(0);
  g_boot_clock_is_off_by.store(0);
}

// The kernel's side cannot be turned without setting the machine's clock, so no sleep that it would end by the wall
// clock is allowed.
SKEIN_SCENARIO(loop_sleeps_without_the_wall_clock) {
  testing::forbid_waits_by_the_wall_clock();
  for (const bool polls : {false, true}) {
    asyncio::run(
        [](bool registered) -> Coroutine<> {
          auto loop = asyncio::get_running_loop();
          const Pipe quiet;
          if (registered) loop.add_reader(quiet.ends[0], [] {});
          co_await wait_in_every_way();
          co_await asyncio::to_thread([] {});
          if (registered) loop.remove_reader(quiet.ends[0]);
        },
        polls);
  }
  std::puts("all");
  return 0;
}

TEST(LoopFaults, A14_TheKernelIsNeverAskedToWaitForTheWallClock) {
  const testing::Outcome outcome = testing::run_scenario("loop_sleeps_without_the_wall_clock");
  EXPECT_TRUE(outcome.good()) << outcome;
  EXPECT_EQ(outcome.out, "all\n");
}

// ---- A15 ----

// In pages.
std::int64_t resident() {
  std::ifstream file("/proc/self/statm");
  std::int64_t all = 0;
  std::int64_t here = 0;
  file >> all >> here;
  return here;
}

TEST(LoopFaults, A15_CancelledTimersDoNotPileUp) {
  asyncio::run([]() -> Coroutine<> {
    auto loop = asyncio::get_running_loop();
    asyncio::TimerHandle first = loop.call_later(1800, [] {});  // Behind it they would stay.
    auto alive = std::make_shared<int>(0);
    [[maybe_unused]] std::int64_t before = 0;  // Not looked at under sanitizers.
    const std::int64_t turns = repeat(1000);
    for (std::int64_t turn = 0; turn < turns; ++turn) {
      if (turn == turns / 10) before = resident();
      std::vector<asyncio::TimerHandle> handles;
      for (int i = 0; i < 1000; ++i) handles.push_back(loop.call_later(3600, [alive] {}));
      for (asyncio::TimerHandle& handle : handles) handle.cancel();
      EXPECT_EQ(alive.use_count(), 1);  // What it would have called goes at once.
      co_await asyncio::sleep(0);
    }
    // Sleeps that are cancelled, too.
    for (std::int64_t turn = 0; turn < repeat(200); ++turn) {
      std::vector<asyncio::Task<void>> tasks;
      for (int i = 0; i < 500; ++i)
        tasks.push_back(asyncio::create_task([]() -> Coroutine<> { co_await asyncio::sleep(3600); }));
      co_await rounds(1);
      for (auto& task : tasks) task.cancel();
      co_await rounds(2);
    }
    first.cancel();
#ifndef SKEIN_TESTING_SANITIZER  // They keep what was freed for a while.
    EXPECT_LT(resident() - before, 1000);
#endif
  });
}

}  // namespace
}  // namespace skein
