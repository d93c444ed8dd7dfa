// The worker engine, without a face.
#include <gtest/gtest.h>
#include <skein/multiprocessing.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <map>
#include <numeric>
#include <string>
#include <vector>

#include "multiprocessing/descendants.h"
#include "multiprocessing/engine_jobs.h"
#include "multiprocessing/methods.h"

namespace multiprocessing = skein::multiprocessing;
using multiprocessing::OnWorkerLost;
using multiprocessing::WorkerLost;
using skein::testing::engine_options;
using skein::testing::EngineBroken;
using skein::testing::TestJob;
using skein::testing::WorkerEngine;

namespace {

constexpr const char* kClosed = "closed";

class EngineTest : public skein::testing::ThreadedMethodTest {
 protected:
  static auto options(std::size_t workers) { return engine_options(GetParam(), workers); }
  static void finish(WorkerEngine& engine) {
    engine.close();
    EXPECT_TRUE(engine.join(skein::Deadline(skein::Timeout(30))));
  }
};
SKEIN_TEST_ALL_METHODS(EngineTest);

int twice(int n) { return 2 * n; }
int pid_here() { return ::getpid(); }
std::string repeat_text(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}
void kill_self() { ::kill(::getpid(), SIGKILL); }

TEST_P(EngineTest, CallsAndAnswers) {
  WorkerEngine engine(options(2));
  TestJob<int> a(twice, 21);
  TestJob<int> b([](int n) { return n + 1; }, 1);
  TestJob<std::string> c(repeat_text, std::string("ab"), 100'000);
  TestJob<void> d([] {});
  for (multiprocessing::internal::Job* job : std::initializer_list<multiprocessing::internal::Job*>{&a, &b, &c, &d}) {
    engine.submit(*job, kClosed);
  }
  EXPECT_EQ(a.get(), 42);
  EXPECT_EQ(b.get(), 2);
  EXPECT_EQ(c.get().size(), 200'000U);
  EXPECT_EQ(d.how(), "succeeded");
  finish(engine);
  EXPECT_THROW(engine.submit(a, kClosed), skein::RuntimeError);
}

TEST_P(EngineTest, ManyCallsGoThroughInEveryWorker) {
  auto given = options(3);
  given.all_at_once = true;
  WorkerEngine engine(std::move(given));
  EXPECT_EQ(engine.pids().size(), 3U);
  std::deque<TestJob<int>> jobs;
  for (int i = 0; i < 20'000; ++i) {
    jobs.emplace_back(twice, i);
    engine.submit(jobs.back(), kClosed);
  }
  for (int i = 0; i < 20'000; ++i) {
    ASSERT_EQ(jobs[static_cast<std::size_t>(i)].get(), 2 * i);
  }
  finish(engine);
  EXPECT_EQ(engine.stats().done, 20'000U);
  EXPECT_TRUE(engine.pids().empty());
}

TEST_P(EngineTest, LargeArgumentsAndResultsOfEverySize) {
  WorkerEngine engine(options(1));
  std::deque<TestJob<std::vector<std::uint64_t>>> jobs;
  const std::vector<std::size_t> sizes{1, 4, 5, 6, 1000, 100'000, 3, 3'000'000, 10, 500'000};
  for (const std::size_t size : sizes) {
    std::vector<std::uint64_t> numbers(size);
    std::iota(numbers.begin(), numbers.end(), size);
    jobs.emplace_back(
        [](std::vector<std::uint64_t> all) { return std::vector<std::uint64_t>(all.rbegin(), all.rend()); }, numbers);
    engine.submit(jobs.back(), kClosed);
  }
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const auto back = jobs[i].get();
    ASSERT_EQ(back.size(), sizes[i]);
    EXPECT_EQ(back.front(), 2 * sizes[i] - 1);
    EXPECT_EQ(back.back(), sizes[i]);
  }
  finish(engine);
}

TEST_P(EngineTest, WhatIsThrownTravels) {
  WorkerEngine engine(options(1));
  TestJob<int> a([]() -> int { throw skein::ValueError("no such value"); });
  TestJob<int> b([]() -> int { throw 5; });
  TestJob<int> c([]() -> int { throw skein::SystemExit(3); });
  TestJob<int> d(twice, 1);
  engine.submit(a, kClosed);
  engine.submit(b, kClosed);
  engine.submit(c, kClosed);
  engine.submit(d, kClosed);
  EXPECT_THROW(a.get(), skein::ValueError);
  EXPECT_THROW(b.get(), multiprocessing::RemoteError);
  EXPECT_THROW(c.get(), skein::SystemExit);
  EXPECT_EQ(d.get(), 2);  // The same worker goes on.
  finish(engine);
}

TEST_P(EngineTest, AKilledWorkerBreaksItByDefault) {
  WorkerEngine engine(options(2));
  TestJob<void> lost(kill_self);
  engine.submit(lost, kClosed);
  EXPECT_THROW(lost.get(), EngineBroken);
  TestJob<int> late(twice, 1);
  EXPECT_THROW(engine.submit(late, kClosed), EngineBroken);
  EXPECT_TRUE(engine.join(skein::Deadline(skein::Timeout(30))));
}

TEST_P(EngineTest, OrOnlyThatCallFails) {
  auto given = options(2);
  given.on_worker_lost = OnWorkerLost::kFailCall;
  WorkerEngine engine(std::move(given));
  std::deque<TestJob<int>> jobs;
  std::deque<TestJob<void>> deadly;
  for (int i = 0; i < 300; ++i) {
    if (i % 30 == 0) {
      deadly.emplace_back(kill_self);
      engine.submit(deadly.back(), kClosed);
    }
    jobs.emplace_back(twice, i);
    engine.submit(jobs.back(), kClosed);
  }
  for (auto& job : deadly) {
    try {
      job.get();
      ADD_FAILURE() << "it lived";
    } catch (const WorkerLost& lost) {
      EXPECT_EQ(lost.exit_code(), -SIGKILL);
      EXPECT_GT(lost.pid(), 0);
    }
  }
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(jobs[static_cast<std::size_t>(i)].get(), 2 * i);
  }
  finish(engine);
}

TEST_P(EngineTest, OrItIsRunAgain) {
  auto given = options(1);
  given.on_worker_lost = OnWorkerLost::kRunAgain;
  given.retries = 2;
  WorkerEngine engine(std::move(given));
  const std::string file = ::testing::TempDir() + "engine_runs_" + std::to_string(::getpid());
  TestJob<void> lost(
      [](const std::string& name) {
        std::ofstream(name, std::ios::app) << '.';
        kill_self();
      },
      file);
  TestJob<int> fine(twice, 4);
  engine.submit(lost, kClosed);
  engine.submit(fine, kClosed);
  EXPECT_THROW(lost.get(), WorkerLost);
  EXPECT_EQ(fine.get(), 8);
  finish(engine);
  EXPECT_EQ(std::filesystem::file_size(file), 3U);  // Once, and twice again.
  EXPECT_EQ(lost.begun(), 1);
  std::filesystem::remove(file);
}

TEST_P(EngineTest, ACallPastItsDeadlineIsStopped) {
  auto given = options(1);
  WorkerEngine engine(std::move(given));
  TestJob<int> before(pid_here);
  engine.submit(before, kClosed);
  const int pid = before.get();
  TestJob<void> endless([] {
    for (;;) ::pause();
  });
  endless.deadline = skein::Deadline(skein::Timeout(0.2));
  TestJob<int> after(pid_here);
  engine.submit(endless, kClosed);
  engine.submit(after, kClosed);
  EXPECT_THROW(endless.get(), skein::TimeoutError);
  EXPECT_NE(after.get(), pid);  // The worker was replaced, and the pool is whole.
  finish(engine);
}

TEST_P(EngineTest, AfterSomeCallsAWorkerIsReplaced) {
  for (const std::uint64_t most : {1U, 2U, 7U}) {
    auto given = options(2);
    given.max_tasks = most;
    WorkerEngine engine(std::move(given));
    std::deque<TestJob<int>> jobs;
    for (int i = 0; i < 40; ++i) {
      jobs.emplace_back(pid_here);
      engine.submit(jobs.back(), kClosed);
    }
    std::map<int, std::uint64_t> by_pid;
    for (auto& job : jobs) ++by_pid[job.get()];
    for (const auto& [pid, count] : by_pid) {
      EXPECT_LE(count, most);
    }
    finish(engine);
  }
}

TEST_P(EngineTest, WorkersThatNeverStartMakeItGiveUp) {
  auto given = options(2);
  given.on_worker_lost = OnWorkerLost::kFailCall;
  given.initializer = multiprocessing::internal::bind_work([] { std::abort(); });
  WorkerEngine engine(std::move(given));
  TestJob<int> job(twice, 1);
  engine.submit(job, kClosed);
  try {
    job.get();
    ADD_FAILURE();
  } catch (const EngineBroken& error) {
    EXPECT_NE(std::string(error.what()).find("SIGABRT"), std::string::npos) << error.what();
  }
}

// Ends the first `lost` processes that call it.
void fail_first(const std::string& log, std::uintmax_t lost) {
  std::ofstream(log, std::ios::app) << 'x';
  if (std::filesystem::file_size(log) <= lost) kill_self();
}

TEST_P(EngineTest, WorkersThatEndTogetherAtTheirStartAreOneFailure) {
  const auto log = std::filesystem::temp_directory_path() / ("skein_starts_" + std::to_string(::getpid()));
  auto given = options(4);
  given.all_at_once = true;
  given.on_worker_lost = OnWorkerLost::kFailCall;
  given.initializer = multiprocessing::internal::bind_work(fail_first, log.string(), std::uintmax_t{4});
  WorkerEngine engine(std::move(given));
  TestJob<int> job(twice, 1);
  engine.submit(job, kClosed);
  EXPECT_EQ(job.get(), 2);
  finish(engine);
  EXPECT_GE(std::filesystem::file_size(log), 5U);
  std::filesystem::remove(log);
}

TEST_P(EngineTest, WhatWaitsBehindALongCallGoesToOneWhoIsFree) {
  auto given = options(2);
  given.all_at_once = true;
  WorkerEngine engine(std::move(given));
  TestJob<void> long_one([] {
    for (;;) ::pause();
  });
  engine.submit(long_one, kClosed);
  std::deque<TestJob<int>> jobs;
  for (int i = 0; i < 50; ++i) {
    jobs.emplace_back(twice, i);
    engine.submit(jobs.back(), kClosed);
  }
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(jobs[static_cast<std::size_t>(i)].get(), 2 * i);
  }
  EXPECT_FALSE(long_one.over());
  engine.terminate(SIGKILL, "enough");
  EXPECT_EQ(long_one.how(), "failed");
}

TEST_P(EngineTest, WhatWaitedBehindAStoppedCallGoesOn) {
  const std::string file = ::testing::TempDir() + "engine_go_" + std::to_string(::getpid());
  auto given = options(1);
  given.initializer = multiprocessing::internal::bind_work(
      [](const std::string& name) {
        while (!std::filesystem::exists(name)) ::usleep(500);
      },
      file);
  WorkerEngine engine(std::move(given));
  // They are the worker's by now, which has not begun.
  TestJob<int> stopped(twice, 1);
  TestJob<int> second(twice, 2);
  TestJob<int> third(twice, 3);
  engine.submit(stopped, kClosed);
  engine.submit(second, kClosed);
  engine.submit(third, kClosed);
  EXPECT_TRUE(engine.stop(stopped, std::make_exception_ptr(skein::RuntimeError("stopped"))));
  EXPECT_FALSE(engine.stop(stopped, std::make_exception_ptr(skein::RuntimeError("again"))));
  std::ofstream(file).put('x');
  EXPECT_THROW(stopped.get(), skein::RuntimeError);
  EXPECT_EQ(second.get(), 4);
  EXPECT_EQ(third.get(), 6);
  finish(engine);
  std::filesystem::remove(file);
}

TEST_P(EngineTest, LeavesNoDescriptorsAndNoChildren) {
  const auto once = [] {
    WorkerEngine engine(options(2));
    TestJob<int> job(twice, 2);
    engine.submit(job, kClosed);
    EXPECT_EQ(job.get(), 4);
    finish(engine);
  };
  once();  // What the first one makes for good is there now.
  const auto before = skein::testing::open_descriptors();
  for (int i = 0; i < 3; ++i) once();
  EXPECT_EQ(skein::testing::open_descriptors(), before);
  EXPECT_TRUE(multiprocessing::active_children().empty());
}

}  // namespace
