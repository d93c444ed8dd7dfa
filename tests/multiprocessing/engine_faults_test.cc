// Rows P7, P8, P26 to P28 and P30 to P32 of the table of faults, of the worker engine.
#include <gtest/gtest.h>
#include <pthread.h>
#include <skein/core/internal/fault.h>
#include <skein/multiprocessing.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <memory>
#include <new>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "multiprocessing/descendants.h"
#include "multiprocessing/engine_jobs.h"
#include "multiprocessing/methods.h"
#include "testing/child.h"
#include "testing/repeat.h"

namespace multiprocessing = skein::multiprocessing;
namespace threading = skein::threading;
using multiprocessing::OnWorkerLost;
using multiprocessing::WorkerLost;
using skein::Deadline;
using skein::Timeout;
using skein::internal::arm_faults;
using skein::testing::engine_options;
using skein::testing::EngineBroken;
using skein::testing::run_scenario;
using skein::testing::TestJob;
using skein::testing::WorkerEngine;

namespace {

constexpr const char* kClosed = "closed";

int twice(int n) { return 2 * n; }

// The third field of proc(5), stat: T while it is stopped.
char state_of(int pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const std::size_t at = text.rfind(')');
  return at == std::string::npos ? '?' : text[at + 2];
}
template <class Condition>
bool comes_true(Condition condition) {
  const Deadline limit(Timeout(20));
  while (!condition()) {
    if (limit.passed()) return false;
    ::usleep(200);
  }
  return true;
}

class EngineFaults : public skein::testing::ThreadedMethodTest {
 protected:
  void TearDown() override {
    arm_faults("");
    skein::testing::MethodTest::TearDown();
  }
  static auto options(std::size_t workers, OnWorkerLost policy = OnWorkerLost::kFailCall) {
    auto made = engine_options(GetParam(), workers);
    made.on_worker_lost = policy;
    return made;
  }
  static void finish(WorkerEngine& engine) {
    engine.close();
    EXPECT_TRUE(engine.join(Deadline(Timeout(30))));
  }
};
SKEIN_TEST_ALL_METHODS(EngineFaults);

// ---- P7: the ways to end ----

int overflow(volatile char* above) {
  volatile char here[4096];  // NOLINT(modernize-avoid-c-arrays)
  here[0] = *above;
  if (here[0] == 2) return 0;
  return overflow(here) + here[0];
}

TEST_P(EngineFaults, P7_EveryWayToEndIsToldAndHarmsNobodyElse) {
  struct Way {
    void (*end)();
    int exit_code;
  };
  const std::array ways{
      Way{[] { std::exit(3); }, 3},
      Way{[] { ::_exit(0); }, 0},
      Way{[] { std::abort(); }, -SIGABRT},
      Way{[] {
            ::kill(::getpid(), SIGTERM);
            ::pause();
          },
          -SIGTERM},
      Way{[] {
            ::kill(::getpid(), SIGKILL);
            ::pause();
          },
          -SIGKILL},
      Way{[] {
            ::signal(SIGSEGV, SIG_DFL);  // Sanitizers have handlers.
            ::raise(SIGSEGV);
          },
          -SIGSEGV},
      Way{[] { ::pthread_exit(nullptr); }, 0},
  };
  WorkerEngine engine(options(1));
  for (const Way& way : ways) {
    SCOPED_TRACE(WorkerLost::how(way.exit_code));
    TestJob<void> deadly(way.end);
    TestJob<int> other(twice, 4);
    engine.submit(deadly, kClosed);
    engine.submit(other, kClosed);
    try {
      deadly.get();
      ADD_FAILURE() << "it lived";
    } catch (const WorkerLost& lost) {
      EXPECT_EQ(lost.exit_code(), way.exit_code);
      EXPECT_NE(std::string(lost.what()).find(WorkerLost::how(way.exit_code)), std::string::npos);
    }
    EXPECT_EQ(other.get(), 8);
  }
  finish(engine);
}

#ifndef __SANITIZE_ADDRESS__
TEST_P(EngineFaults, P7_AStackThatOverflows) {
  if (!skein::testing::kForkIsTestable) GTEST_SKIP() << "the sanitizer has a handler";
  WorkerEngine engine(options(1));
  TestJob<int> deep([] {
    volatile char start = 1;
    return overflow(&start);
  });
  engine.submit(deep, kClosed);
  try {
    deep.get();
    ADD_FAILURE() << "it lived";
  } catch (const WorkerLost& lost) {
    EXPECT_NE(lost.exit_code(), 0);
  }
  finish(engine);
}
#endif

// ---- P8: no memory ----

TEST_P(EngineFaults, P8_AKilledWorkersMessageSaysWhatThatMayBe) {
  WorkerEngine engine(options(1));
  TestJob<void> deadly([] { ::kill(::getpid(), SIGKILL); });
  engine.submit(deadly, kClosed);
  try {
    deadly.get();
    ADD_FAILURE() << "it lived";
  } catch (const WorkerLost& lost) {
    EXPECT_NE(std::string(lost.what()).find("memory"), std::string::npos) << lost.what();
  }
  finish(engine);
}

TEST_P(EngineFaults, P8_BadAllocTravels) {
  WorkerEngine engine(options(1));
  TestJob<int> greedy([]() -> int { throw std::bad_alloc(); });
  engine.submit(greedy, kClosed);
  EXPECT_THROW(greedy.get(), std::bad_alloc);
  finish(engine);
}

// No room for what is beside the ring: that call's error.
TEST_P(EngineFaults, P8_NoRoomForArgumentsOrResultsIsThatCallsError) {
  if (!skein::testing::kForkIsTestable) GTEST_SKIP() << "arms faults while the engine's thread runs";
  WorkerEngine engine(options(1));
  TestJob<int> before(twice, 1);
  engine.submit(before, kClosed);
  EXPECT_EQ(before.get(), 2);
  arm_faults("engine.reserve=eintr");
  TestJob<std::size_t> large([](const std::string& text) { return text.size(); }, std::string(3'000'000, 'x'));
  TestJob<int> after(twice, 2);
  engine.submit(large, kClosed);
  engine.submit(after, kClosed);
  EXPECT_THROW(large.get(), skein::OSError);
  EXPECT_EQ(after.get(), 4);
  arm_faults("");
  // In the worker.
  TestJob<std::string> result([] {
    arm_faults("engine.reserve=eintr");
    return std::string(3'000'000, 'x');
  });
  engine.submit(result, kClosed);
  EXPECT_THROW(result.get(), skein::OSError);
  TestJob<int> last(twice, 3);
  engine.submit(last, kClosed);
  EXPECT_EQ(last.get(), 6);
  finish(engine);
}

// ---- P26 ----

TEST_P(EngineFaults, P26_AMillionSubmitsAtOnce) {
  WorkerEngine engine(options(2));
  const std::int64_t count = skein::testing::repeat(200'000, 1'000'000);
  std::deque<TestJob<int>> jobs;
  TestJob<void> slow([] { ::usleep(100'000); });
  engine.submit(slow, kClosed);
  for (std::int64_t i = 0; i < count; ++i) {
    jobs.emplace_back(twice, static_cast<int>(i));
    engine.submit(jobs.back(), kClosed);
  }
  finish(engine);
  for (std::int64_t i = 0; i < count; ++i) {
    ASSERT_EQ(jobs[static_cast<std::size_t>(i)].get(), 2 * i);
  }
}

// ---- P27: everything at once ----

// Some seconds of it; each job comes to one end (TestJob looks), and the engine to its own.
TEST_P(EngineFaults, P27_ShutdownCrashCancelAndSubmitAtOnce) {
  const std::int64_t rounds = skein::testing::repeat(GetParam() == "fork" ? 40 : 10, 1000);
  for (std::int64_t round = 0; round < rounds; ++round) {
    SCOPED_TRACE(round);
    std::mt19937 random(static_cast<unsigned>(round));
    if (skein::testing::kForkIsTestable) {
      arm_faults("engine.publish=sleep:1%2;engine.bury=sleep:1%30;engine.sleeps=sleep:1%10;engine.stop=sleep:1%30");
    }
    auto given = options(2, static_cast<OnWorkerLost>(round % 3));
    given.retries = 1;
    if (round % 4 == 0) given.max_tasks = 3;
    std::deque<TestJob<int>> jobs;
    std::atomic<std::size_t> submitted{0};
    const auto began = std::chrono::steady_clock::now();
    {
      WorkerEngine engine(std::move(given));
      std::vector<TestJob<int>*> all;
      for (int i = 0; i < 60; ++i) {
        const auto kind = random() % 12;
        if (kind == 0) {
          jobs.emplace_back([] { return ::kill(::getpid(), SIGKILL); });
        } else if (kind == 1) {
          jobs.emplace_back([]() -> int { throw skein::ValueError("no"); });
        } else {
          jobs.emplace_back(twice, i);
        }
        if (kind == 2) jobs.back().deadline = Deadline(Timeout(0.001));
      }
      for (auto& job : jobs) all.push_back(&job);
      std::vector<std::size_t> taken_back;
      threading::Thread submitter([&] {
        for (TestJob<int>* const job : all) {
          try {
            engine.submit(*job, kClosed);
            submitted.fetch_add(1);
          } catch (const EngineBroken&) {
            return;
          } catch (const skein::RuntimeError&) {
            return;
          } catch (const skein::OSError&) {
            return;
          }
        }
      });
      threading::Thread stopper([&] {
        std::mt19937 own(static_cast<unsigned>(round + 1));
        for (int i = 0; i < 20; ++i) {
          const std::size_t there = submitted.load();
          if (there == 0) continue;
          // One that it may have had for long.
          engine.stop(*all[own() % there], std::make_exception_ptr(skein::RuntimeError("stopped")));
        }
      });
      submitter.start();
      stopper.start();
      const auto end = random() % 3;
      if (end == 0) {
        submitter.join();
      } else {
        while (submitted.load() < random() % 50 && submitter.is_alive()) ::usleep(50);
      }
      if (end == 2) {
        engine.terminate(SIGTERM, "enough");
      } else {
        engine.close();
        if (end == 1) engine.cancel_queued();
      }
      submitter.join();
      stopper.join();
      EXPECT_TRUE(engine.join(Deadline(Timeout(20))));
    }
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(10));
    for (std::size_t i = 0; i < submitted.load(); ++i) jobs[i].how();
    arm_faults("");
    ASSERT_FALSE(HasFailure());
  }
}

// What cannot be started is refused, and nothing stays.
TEST_P(EngineFaults, P27_AWorkerThatCannotBeStarted) {
  if (!skein::internal::has_fault_points()) GTEST_SKIP();
  arm_faults("engine.bell=throw");
  EXPECT_THROW(WorkerEngine(options(1)), skein::internal::FaultError);
  for (const char* const point : {"engine.start", "engine.channel", "engine.thread"}) {
    arm_faults(std::string(point) + "=throw");
    WorkerEngine engine(options(1));
    TestJob<int> job(twice, 1);
    EXPECT_THROW(engine.submit(job, kClosed), skein::internal::FaultError);
    EXPECT_FALSE(job.over());
    arm_faults("");
    engine.submit(job, kClosed);  // Tried again.
    EXPECT_EQ(job.get(), 2);
  }
  arm_faults("engine.publish=throw@2");
  WorkerEngine engine(options(1));
  TestJob<int> first(twice, 1);
  TestJob<int> second(twice, 2);
  TestJob<int> third(twice, 3);
  engine.submit(first, kClosed);
  EXPECT_EQ(first.get(), 2);
  engine.submit(second, kClosed);
  engine.submit(third, kClosed);
  EXPECT_THROW(second.get(), skein::internal::FaultError);
  EXPECT_EQ(third.get(), 6);
}

// ---- P28 ----

TEST_P(EngineFaults, P28_AnInitializerThatThrowsIsTheCause) {
  auto given = options(2);
  given.initializer = multiprocessing::internal::bind_work([] { throw skein::ValueError("no such setting"); });
  WorkerEngine engine(std::move(given));
  TestJob<int> job(twice, 1);
  engine.submit(job, kClosed);
  try {
    job.get();
    ADD_FAILURE() << "it was run";
  } catch (const EngineBroken& error) {
    EXPECT_NE(std::string(error.what()).find("no such setting"), std::string::npos) << error.what();
  }
  EXPECT_TRUE(engine.join(Deadline(Timeout(10))));
}

// ---- P30 ----

void have_signals() {
  struct sigaction action{};
  action.sa_handler = [](int) {};
  ::sigaction(SIGALRM, &action, nullptr);  // No SA_RESTART.
  const itimerval often{.it_interval = {0, 300}, .it_value = {0, 300}};
  ::setitimer(ITIMER_REAL, &often, nullptr);
}

TEST_P(EngineFaults, P30_SignalsAllTheTimeHarmNothing) {
  auto given = options(2);
  given.initializer = multiprocessing::internal::bind_work(have_signals);
  given.all_at_once = true;
  sigset_t alarm{};
  ::sigemptyset(&alarm);
  ::sigaddset(&alarm, SIGALRM);
  {
    WorkerEngine engine(std::move(given));
    have_signals();
    std::deque<TestJob<std::string>> jobs;
    for (int i = 0; i < 1000; ++i) {
      if (i == 500) ::pthread_sigmask(SIG_BLOCK, &alarm, nullptr);  // From here on the engine's thread gets them.
      jobs.emplace_back([](const std::string& text) { return text + text; },
                        std::string(i % 10 == 0 ? 50'000 : 5, 'x'));
      engine.submit(jobs.back(), kClosed);
      if (i % 50 == 0) jobs.back().how();
    }
    for (auto& job : jobs) {
      EXPECT_EQ(job.get().size() % 10, 0U);
    }
    TestJob<void> endless([] {
      for (;;) ::pause();
    });
    endless.deadline = Deadline(Timeout(0.05));
    engine.submit(endless, kClosed);
    EXPECT_THROW(endless.get(), skein::TimeoutError);
    finish(engine);
  }
  const itimerval never{};
  ::setitimer(ITIMER_REAL, &never, nullptr);
  ::pthread_sigmask(SIG_UNBLOCK, &alarm, nullptr);
  ::signal(SIGALRM, SIG_DFL);
}

// ---- P31 ----

TEST_P(EngineFaults, P31_CtrlCGoesToTheParentAlone) {
  for (int i = 0; i < (skein::testing::nightly() ? 200 : 5); ++i) {
    const auto outcome = run_scenario("interrupted", {.environment = {"TEST_METHOD=" + GetParam()}});
    EXPECT_EQ(outcome.status, 0) << outcome;
    EXPECT_EQ(outcome.err, "") << outcome;
  }
}
std::atomic<int> g_interrupts{0};
SKEIN_SCENARIO(interrupted) {
  ::setpgid(0, 0);
  auto given = engine_options(std::getenv("TEST_METHOD"), 2);
  given.all_at_once = true;
  WorkerEngine engine(std::move(given));
  std::deque<TestJob<int>> jobs;
  for (int i = 0; i < 200; ++i) {
    jobs.emplace_back(twice, i);
    engine.submit(jobs.back(), kClosed);
    if (i == 100) {
      jobs[0].how();  // Both are up.
      jobs[1].how();
      ::signal(SIGINT, [](int) { g_interrupts.fetch_add(1); });  // Not the workers'.
      ::kill(0, SIGINT);
    }
  }
  for (int i = 0; i < 200; ++i) {
    if (jobs[static_cast<std::size_t>(i)].get() != 2 * i) return 1;
  }
  engine.close();
  if (!engine.join(Deadline(Timeout(10)))) return 2;
  return g_interrupts.load() == 1 ? 0 : 3;
}

// ---- P32 ----

TEST_P(EngineFaults, P32_AStoppedWorkerIsNotDeadAndCanBeEnded) {
  if (!skein::testing::kForkIsTestable) GTEST_SKIP();
  auto given = options(2);
  given.all_at_once = true;
  WorkerEngine engine(std::move(given));
  TestJob<int> first([] { return ::getpid(); });
  engine.submit(first, kClosed);
  static_cast<void>(first.get());
  TestJob<void> stopped([] { ::kill(::getpid(), SIGSTOP); });
  engine.submit(stopped, kClosed);
  const auto is_stopped = [&engine] {
    for (const int pid : engine.pids()) {
      if (state_of(pid) == 'T') return true;
    }
    return false;
  };
  ASSERT_TRUE(comes_true(is_stopped));
  // The others' calls go on, and its own is still running.
  std::deque<TestJob<int>> jobs;
  for (int i = 0; i < 100; ++i) {
    jobs.emplace_back(twice, i);
    engine.submit(jobs.back(), kClosed);
  }
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(jobs[static_cast<std::size_t>(i)].get(), 2 * i);
  }
  EXPECT_FALSE(stopped.over());
  EXPECT_EQ(engine.pids().size(), 2U);
  EXPECT_TRUE(engine.stop(stopped, std::make_exception_ptr(skein::RuntimeError("stopped"))));
  EXPECT_THROW(stopped.get(), skein::RuntimeError);
  // One that is stopped, and one that hears no SIGTERM.
  TestJob<void> again([] { ::kill(::getpid(), SIGSTOP); });
  const std::string file = testing::TempDir() + "engine_deaf_" + std::to_string(::getpid());
  TestJob<void> deaf(
      [](const std::string& name) {
        ::signal(SIGTERM, SIG_IGN);
        std::ofstream(name).put('x');
        for (;;) ::pause();
      },
      file);
  engine.submit(again, kClosed);
  engine.submit(deaf, kClosed);
  ASSERT_TRUE(comes_true([&] { return is_stopped() && std::filesystem::exists(file); }));
  std::filesystem::remove(file);
  const auto began = std::chrono::steady_clock::now();
  engine.terminate(SIGTERM, "enough");
  EXPECT_TRUE(engine.join(Deadline(Timeout(10))));
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5));
  EXPECT_THROW(again.get(), EngineBroken);
  EXPECT_THROW(deaf.get(), EngineBroken);
}

}  // namespace
