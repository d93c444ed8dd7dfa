// Loops whose time is not real, and loops that shuffle: LoopOptions and RunnerOptions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/asyncio.h>
#include <skein/threading.h>
#include <skein/time.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "async/helpers.h"

namespace skein {
namespace {

using asyncio::Clock;
using asyncio::Coroutine;
using asyncio::EventLoop;
using asyncio::RunnerOptions;
using asyncio::Task;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using testing::Heard;
using ::testing::IsEmpty;
using testing::Pipe;
using testing::rounds;
using ::testing::SizeIs;
using testing::text_of;

constexpr double kHour = 3600;
const RunnerOptions kVirtual{.clock = Clock::kVirtual};

double now() { return asyncio::get_running_loop().time(); }

// ---- the clock ----

TEST(VirtualClockTest, HoursPassAtOnceInTheOrderOfTheDeadlines) {
  const double began = time::monotonic();
  std::vector<std::pair<std::string, double>> log;
  asyncio::run(kVirtual, [&log]() -> Coroutine<> {
    EXPECT_EQ(now(), 0);
    auto sleeps = [&log](std::string name, double delay, int times) -> Coroutine<> {
      for (int i = 0; i < times; ++i) {
        co_await asyncio::sleep(delay);
        log.emplace_back(name, now());
      }
    };
    co_await asyncio::gather(sleeps("c", 3 * kHour, 1), sleeps("a", kHour, 2), sleeps("b", 1.5 * kHour, 2));
    EXPECT_EQ(now(), 3 * kHour);
  });
  using Entry = std::pair<std::string, double>;
  EXPECT_THAT(log, ElementsAre(Entry("a", kHour), Entry("b", 1.5 * kHour), Entry("a", 2 * kHour), Entry("c", 3 * kHour),
                               Entry("b", 3 * kHour)));
  EXPECT_LT(time::monotonic() - began, 25);
}

TEST(VirtualClockTest, TimersGoByItOfOneInstantInTheOrderOfTheirMaking) {
  std::vector<std::pair<int, double>> log;
  auto loop = asyncio::new_event_loop({.clock = Clock::kVirtual});
  EXPECT_EQ(loop.time(), 0);
  auto note = [&](int number) { log.emplace_back(number, loop.time()); };
  loop.call_later(kHour, note, 1);
  loop.call_at(kHour, note, 2);
  auto cancelled = loop.call_later(2 * kHour, note, 3);
  loop.call_at(kHour, note, 4);
  loop.call_at(-5, note, 5);
  loop.call_later(-5, note, 6);
  loop.call_later(0, note, 7);
  loop.call_later(0.25, note, 8);
  EXPECT_EQ(cancelled.when(), 2 * kHour);
  cancelled.cancel();
  loop.call_later(3 * kHour, [&] { loop.stop(); });
  loop.run_forever();
  using Entry = std::pair<int, double>;
  EXPECT_THAT(log, ElementsAre(Entry(5, 0), Entry(6, 0), Entry(7, 0), Entry(8, 0.25), Entry(1, kHour), Entry(2, kHour),
                               Entry(4, kHour)));
  EXPECT_EQ(loop.time(), 3 * kHour);
  // It goes on from there.
  loop.run_until_complete([]() -> Coroutine<> { co_await asyncio::sleep(kHour); });
  EXPECT_EQ(loop.time(), 4 * kHour);
  auto late = loop.call_later(None, note, 9);  // Never: it does not move the clock.
  loop.run_until_complete([]() -> Coroutine<> { co_await asyncio::sleep(1); });
  EXPECT_EQ(loop.time(), 4 * kHour + 1);
  late.cancel();
  EXPECT_THAT(log, SizeIs(7));
}

TEST(VirtualClockTest, LimitsGoByIt) {
  asyncio::run(kVirtual, []() -> Coroutine<> {
    auto sleeps = [](double delay) -> Coroutine<> { co_await asyncio::sleep(delay); };
    try {
      co_await asyncio::wait_for(sleeps(kHour), 60);
      ADD_FAILURE() << "no timeout";
    } catch (const TimeoutError&) {
      EXPECT_EQ(now(), 60);
    }
    co_await asyncio::wait_for(sleeps(kHour), kHour + 1);
    EXPECT_EQ(now(), 60 + kHour);
    const double began = now();
    try {
      co_await asyncio::with(asyncio::timeout(kHour), [](asyncio::Timeout& limit) -> Coroutine<> {
        limit.reschedule(*limit.when() + kHour);
        co_await asyncio::sleep(3 * kHour);
      });
      ADD_FAILURE() << "no timeout";
    } catch (const TimeoutError&) {
      EXPECT_EQ(now(), began + 2 * kHour);
    }
    asyncio::Queue<int> queue;
    auto late = asyncio::create_task([&queue]() -> Coroutine<> {
      co_await asyncio::sleep(kHour);
      queue.put_nowait(5);
    });
    EXPECT_EQ(co_await queue.get(), 5);
    EXPECT_EQ(now(), began + 3 * kHour);
    co_await late;
    std::vector<Task<void>> tasks{asyncio::create_task(sleeps(10)), asyncio::create_task(sleeps(30))};
    const auto [done, pending] = co_await asyncio::wait(tasks, {.timeout = 20});
    EXPECT_EQ(done.size(), 1U);
    EXPECT_EQ(pending.size(), 1U);
    EXPECT_EQ(now(), began + 3 * kHour + 20);
  });
}

TEST(VirtualClockTest, ItStandsStillWhileAJobRuns) {
  asyncio::run(kVirtual, []() -> Coroutine<> {
    auto loop = asyncio::get_running_loop();
    auto sleeper = asyncio::create_task([]() -> Coroutine<> { co_await asyncio::sleep(kHour); });
    for (int i = 0; i < 3; ++i) {
      const double seen = co_await asyncio::to_thread([loop] {
        time::sleep(0.01);  // Long enough for a loop that would not wait.
        return loop.time();
      });
      EXPECT_EQ(seen, 0);
      EXPECT_EQ(now(), 0);
      EXPECT_FALSE(sleeper.done());
    }
    // Two at once; it goes on when both are through.
    threading::Event first_is_through;
    auto first = asyncio::ensure_future(asyncio::to_thread([] {}));
    auto second = asyncio::ensure_future(asyncio::to_thread([&] { first_is_through.wait(20); }));
    co_await first;
    EXPECT_EQ(now(), 0);
    first_is_through.set();
    co_await second;
    EXPECT_EQ(now(), 0);
    co_await sleeper;
    EXPECT_EQ(now(), kHour);
  });
}

TEST(VirtualClockTest, TheEndOfARunWaitsForTheExecutorInRealTime) {
  ::testing::internal::CaptureStderr();
  bool through = false;
  threading::Event started;
  asyncio::run(kVirtual, [&]() -> Coroutine<> {
    auto job = asyncio::ensure_future(asyncio::to_thread([&] {
      started.set();
      time::sleep(0.02);
      through = true;
    }));
    co_await asyncio::sleep(0);
    EXPECT_TRUE(started.wait(20));
    job.cancel();
  });
  EXPECT_TRUE(through);
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(VirtualClockTest, DescriptorsCountWhenTheyAreReadyAtThatMoment) {
  std::vector<std::pair<std::string, double>> log;
  asyncio::run(kVirtual, [&log]() -> Coroutine<> {
    auto loop = asyncio::get_running_loop();
    Pipe pipe;
    loop.add_reader(pipe.ends[0], [&] {
      pipe.read();
      log.emplace_back("read", loop.time());
    });
    co_await asyncio::sleep(kHour);  // Nobody writes: the time passes all the same.
    log.emplace_back("slept", now());
    loop.call_later(10, [&] { pipe.write(); });
    loop.call_later(20, [&] { log.emplace_back("timer", loop.time()); });
    co_await asyncio::sleep(30);
    loop.remove_reader(pipe.ends[0]);
  });
  using Entry = std::pair<std::string, double>;
  EXPECT_THAT(log, ElementsAre(Entry("slept", kHour), Entry("read", kHour + 10), Entry("timer", kHour + 20)));
}

TEST(VirtualClockTest, WaitForTakesItsLimitByNameToo) {
  const double took = asyncio::run({.clock = asyncio::Clock::kVirtual}, []() -> Coroutine<double> {
    const double began = asyncio::get_running_loop().time();
    EXPECT_EQ(co_await asyncio::wait_for(asyncio::sleep(1, 7), {.timeout = 2}), 7);
    EXPECT_EQ(co_await asyncio::wait_for(asyncio::sleep(1, 8), {.timeout = None}), 8);
    bool late = false;
    try {
      co_await asyncio::wait_for(asyncio::sleep(60), {.timeout = 3});
    } catch (const asyncio::TimeoutError&) {
      late = true;
    }
    EXPECT_TRUE(late);
    co_return asyncio::get_running_loop().time() - began;
  });
  EXPECT_DOUBLE_EQ(took, 5);
}

TEST(VirtualClockTest, WithoutATimerItWaitsForOtherThreads) {
  asyncio::run(kVirtual, []() -> Coroutine<> {
    auto loop = asyncio::get_running_loop();
    auto future = loop.create_future<double>();
    threading::Thread thread([loop, future]() mutable {
      loop.call_soon_threadsafe([loop, future]() mutable { future.set_result(loop.time()); });
    });
    thread.start();
    EXPECT_EQ(co_await future, 0);
    thread.join();
    // Any thread may ask for the time.
    threading::Event stop;
    bool backwards = false;
    threading::Thread watcher([&, loop] {
      double last = 0;
      while (!stop.is_set()) {
        const double time = loop.time();
        backwards |= time < last;
        last = time;
      }
    });
    watcher.start();
    for (int i = 0; i < 1000; ++i) co_await asyncio::sleep(kHour);
    stop.set();
    watcher.join();
    EXPECT_FALSE(backwards);
    EXPECT_EQ(now(), 1000 * kHour);
  });
}

TEST(VirtualClockTest, EveryLoopHasItsOwn) {
  auto first = asyncio::new_event_loop({.clock = Clock::kVirtual});
  auto second = asyncio::new_event_loop({.clock = Clock::kVirtual});
  auto real = asyncio::new_event_loop();
  auto sleeps = [](double delay) -> Coroutine<> { co_await asyncio::sleep(delay); };
  first.run_until_complete(sleeps(kHour));
  EXPECT_EQ(first.time(), kHour);
  EXPECT_EQ(second.time(), 0);
  second.run_until_complete(sleeps(5));
  EXPECT_EQ(first.time(), kHour);
  EXPECT_EQ(second.time(), 5);
  const double before = time::monotonic();
  const double between = real.time();
  EXPECT_LE(before, between + 1e-6);
  EXPECT_LE(between, time::monotonic() + 1e-6);
  EXPECT_EQ(asyncio::run([&]() -> Coroutine<double> {
              co_await asyncio::sleep(0);
              co_return second.time();
            }),
            5);
}

TEST(VirtualClockTest, IsGivenToARunnerOrItsFactory) {
  asyncio::Runner runner(kVirtual);
  EXPECT_EQ(runner.get_loop().time(), 0);
  runner.run([]() -> Coroutine<> { co_await asyncio::sleep(kHour); });
  EXPECT_EQ(runner.run([]() -> Coroutine<double> { co_return now(); }), kHour);
  asyncio::Runner made({.loop_factory = [] { return asyncio::new_event_loop({.clock = Clock::kVirtual}); }});
  EXPECT_EQ(made.get_loop().time(), 0);
  asyncio::Runner plain({.loop_factory = asyncio::new_event_loop});
  EXPECT_GT(plain.get_loop().time(), 0);
  asyncio::Runner other({.loop_factory = [] { return asyncio::new_event_loop(); }, .clock = Clock::kVirtual});
  EXPECT_GT(other.get_loop().time(), 0);
}

// ---- the seed ----

std::vector<int> order(std::optional<std::uint64_t> seed, int tasks, int steps = 1) {
  std::vector<int> log;
  asyncio::run({.seed = seed}, [&]() -> Coroutine<> {
    std::vector<Task<void>> all;
    for (int number = 0; number < tasks; ++number) {
      all.push_back(asyncio::create_task([&log, number, steps]() -> Coroutine<> {
        for (int step = 0; step < steps; ++step) {
          log.push_back(number);
          co_await asyncio::sleep(0);
        }
      }));
    }
    co_await asyncio::gather(all);
  });
  return log;
}

TEST(SeedTest, DecidesTheOrderOfSteps) {
  EXPECT_THAT(order(std::nullopt, 5), ElementsAre(0, 1, 2, 3, 4));
  std::set<std::vector<int>> orders;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const std::vector<int> once = order(seed, 5, 3);
    EXPECT_EQ(once, order(seed, 5, 3));
    std::vector<int> sorted = once;
    std::ranges::sort(sorted);
    EXPECT_THAT(sorted, ElementsAre(0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4));
    orders.insert(once);
  }
  EXPECT_GT(orders.size(), 15U);
}

TEST(SeedTest, EveryOrderComes) {
  std::set<std::vector<int>> orders;
  for (std::uint64_t seed = 0; seed < 200; ++seed) orders.insert(order(seed, 3));
  EXPECT_THAT(orders, SizeIs(6));
}

TEST(SeedTest, CallbacksKeepTheirPlaces) {
  std::set<std::vector<std::string>> orders;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    std::vector<std::string> log;
    auto loop = asyncio::new_event_loop({.seed = seed});
    auto note = [&log](const std::string& text) { log.push_back(text); };
    std::vector<Task<void>> tasks;
    for (int i = 0; i < 3; ++i) {
      tasks.push_back(loop.create_task([&log, i]() -> Coroutine<> {
        log.push_back("task " + std::to_string(i));
        co_return;
      }));
      loop.call_soon(note, "callback " + std::to_string(i));
    }
    loop.call_soon([&] { loop.stop(); });
    loop.run_forever();
    ASSERT_THAT(log, SizeIs(6));
    EXPECT_EQ(log[1], "callback 0");
    EXPECT_EQ(log[3], "callback 1");
    EXPECT_EQ(log[5], "callback 2");
    orders.insert(log);
  }
  EXPECT_THAT(orders, SizeIs(6));
}

// A program that is right in Python's order alone: the reader trusts that the writer came first.
TEST(SeedTest, FindsAProgramThatTrustsTheOrder) {
  int wrong = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const int got = asyncio::run({.clock = Clock::kVirtual, .seed = seed}, []() -> Coroutine<int> {
      int shared = 0;
      auto writer = asyncio::create_task([&shared]() -> Coroutine<> {
        co_await asyncio::sleep(1);
        shared = 5;
      });
      auto reader = asyncio::create_task([&shared]() -> Coroutine<int> {
        co_await asyncio::sleep(1);
        co_return shared;
      });
      co_await writer;
      co_return co_await reader;
    });
    EXPECT_THAT((std::vector{0, 5}), Contains(got));
    wrong += got == 0 ? 1 : 0;
  }
  EXPECT_GT(wrong, 0);
  EXPECT_LT(wrong, 20);
}

TEST(SeedTest, AnExceptionThatEndsTheLoopLosesNoStep) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    auto loop = asyncio::new_event_loop({.seed = seed});
    int ran = 0;
    std::vector<Task<void>> tasks;
    for (int i = 0; i < 6; ++i) {
      tasks.push_back(loop.create_task([&ran, i]() -> Coroutine<> {
        ++ran;
        if (i == 3) throw SystemExit(1);
        co_return;
      }));
    }
    EXPECT_THROW(loop.run_forever(), SystemExit);
    loop.call_soon([&] { loop.stop(); });
    loop.run_forever();
    EXPECT_EQ(ran, 6);
    static_cast<void>(tasks[3].exception());
  }
}

}  // namespace
}  // namespace skein
