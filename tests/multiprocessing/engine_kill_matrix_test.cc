// Every step of a pool's worker, killed: each call comes to exactly one end, none is run twice that was not to be, and
// nothing is left. SKEIN_NIGHTLY: at each of many times that a step is reached.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <skein/core/internal/fault.h>
#include <skein/multiprocessing.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "multiprocessing/descendants.h"
#include "multiprocessing/engine_jobs.h"
#include "testing/repeat.h"

namespace multiprocessing = skein::multiprocessing;
using multiprocessing::OnWorkerLost;
using multiprocessing::WorkerLost;
using skein::testing::engine_options;
using skein::testing::EngineBroken;
using skein::testing::TestJob;
using skein::testing::WorkerEngine;

namespace {

constexpr std::array kPoints{"engine.worker.sleeps", "engine.worker.taken",   "engine.worker.called",
                             "engine.worker.writes", "engine.worker.written", "engine.worker.done",
                             "engine.worker.rings"};
// In these a call is in hand: it may be lost.
bool loses_a_call(const std::string& point) {
  return point != "engine.worker.sleeps" && point != "engine.worker.done" && point != "engine.worker.rings";
}

// In one worker only: who gets the token. Says who it is.
void arm_one(const std::string& token, const std::string& faults) {
  if (::unlink(token.c_str()) != 0) return;
  std::ofstream(token + ".pid") << ::getpid();
  skein::internal::arm_faults(faults);
}

// Notes that it was called; gives back as much as it was given.
std::vector<std::uint64_t> noted(const std::string& log, std::uint64_t number, const std::vector<std::uint64_t>& data) {
  if (number % 4 == 3) ::usleep(2000);  // Longer than anybody spins: the parent's thread falls asleep.
  const int file = ::open(log.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  const std::string line = std::to_string(number) + '\n';
  if (file < 0 || ::write(file, line.data(), line.size()) != static_cast<ssize_t>(line.size())) std::abort();
  ::close(file);
  return data;
}

class EngineKillMatrix : public testing::TestWithParam<std::tuple<const char*, const char*, OnWorkerLost>> {
 protected:
  void SetUp() override {
    SKEIN_FORKS();
    ASSERT_TRUE(skein::internal::has_fault_points());
    const std::string stem = testing::TempDir() + "engine_kill_" + std::to_string(::getpid());
    token_ = stem + ".token";
    log_ = stem + ".log";
  }
  void TearDown() override {
    std::filesystem::remove(token_);
    std::filesystem::remove(token_ + ".pid");
    std::filesystem::remove(log_);
  }

  std::string token_;
  std::string log_;
};

TEST_P(EngineKillMatrix, EachCallComesToOneEnd) {
  const std::string method = std::get<0>(GetParam());
  const std::string point = std::get<1>(GetParam());
  const OnWorkerLost policy = std::get<2>(GetParam());
  const int kills = skein::testing::nightly() ? 100 : 2;
  for (int count = 1; count <= kills; ++count) {
    SCOPED_TRACE(count);
    std::filesystem::remove(log_);
    std::ofstream(token_).put('x');
    // A worker alone falls asleep again and again, and has to ring.
    auto options = engine_options(method, loses_a_call(point) ? 2 : 1);
    options.on_worker_lost = policy;
    options.all_at_once = true;
    const bool often = loses_a_call(point) && point != "engine.worker.writes";
    options.initializer = multiprocessing::internal::bind_work(
        arm_one, token_, point + "=kill@" + std::to_string(often ? 3 * count : count));
    const auto began = std::chrono::steady_clock::now();
    constexpr std::uint64_t kCalls = 60;
    std::deque<TestJob<std::vector<std::uint64_t>>> jobs;
    std::size_t lost = 0;
    std::size_t broken = 0;
    bool killed = false;
    {
      WorkerEngine engine(std::move(options));
      try {
        for (std::uint64_t i = 0; i < kCalls; ++i) {
          // Some in the line, some beside it; now and then everybody has time to fall asleep.
          jobs.emplace_back(noted, log_, i, std::vector<std::uint64_t>(i % 3 == 0 ? 1000 : 1, i));
          engine.submit(jobs.back(), "closed");
          if (i % 4 == 3) jobs.back().how();
        }
      } catch (const EngineBroken&) {
        jobs.pop_back();  // It was refused.
        EXPECT_EQ(policy, OnWorkerLost::kBreakPool);
      }
      for (std::uint64_t i = 0; i < jobs.size(); ++i) {
        try {
          const auto back = jobs[i].get();
          EXPECT_EQ(back, std::vector<std::uint64_t>(i % 3 == 0 ? 1000 : 1, i));
        } catch (const WorkerLost& error) {
          EXPECT_EQ(error.exit_code(), -SIGKILL);
          ++lost;
        } catch (const EngineBroken&) {
          ++broken;
        }
      }
      int armed = 0;
      std::ifstream(token_ + ".pid") >> armed;
      EXPECT_NE(armed, 0);
      const auto is_there = [&] { return std::ranges::count(engine.pids(), armed) != 0; };
      if (count == 1) {  // It may be just now that it dies, or falls asleep for the first time.
        const skein::Deadline limit(skein::Timeout(4));
        while (is_there() && !limit.passed()) ::usleep(500);
      }
      killed = !is_there();
      engine.close();
      EXPECT_TRUE(engine.join(skein::Deadline(skein::Timeout(5))));
    }
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5));
    if (count == 1) {
      EXPECT_TRUE(killed) << "the step was never reached";
    }
    EXPECT_EQ(lost, killed && policy == OnWorkerLost::kFailCall && loses_a_call(point) ? 1U : 0U);
    if (policy != OnWorkerLost::kBreakPool) {
      EXPECT_EQ(broken, 0U);
    }
    std::map<std::uint64_t, int> runs;
    std::ifstream log(log_);
    for (std::uint64_t number = 0; log >> number;) ++runs[number];
    int twice = 0;
    for (std::uint64_t i = 0; i < jobs.size(); ++i) {
      if (jobs[i].how() == "succeeded") {
        EXPECT_GE(runs[i], 1) << i;
      }
      twice += runs[i] > 1 ? 1 : 0;
    }
    // Only what is to be run again is, and only the call in hand.
    EXPECT_LE(twice, policy == OnWorkerLost::kRunAgain && loses_a_call(point) ? 1 : 0);
    EXPECT_TRUE(multiprocessing::active_children().empty());
  }
}

std::string name_of_case(const testing::TestParamInfo<EngineKillMatrix::ParamType>& info) {
  std::string name = std::string(std::get<1>(info.param)).substr(std::string("engine.worker.").size()) + '_' +
                     std::get<0>(info.param) + '_';
  constexpr std::array kPolicies{"break", "fail", "again"};
  return name + kPolicies[static_cast<std::size_t>(std::get<2>(info.param))];
}
INSTANTIATE_TEST_SUITE_P(Steps, EngineKillMatrix,
                         testing::Combine(testing::Values("fork", "spawn", "forkserver"), testing::ValuesIn(kPoints),
                                          testing::Values(OnWorkerLost::kBreakPool, OnWorkerLost::kFailCall,
                                                          OnWorkerLost::kRunAgain)),
                         name_of_case);

// Before a worker can do anything.
class EngineStartMatrix : public testing::TestWithParam<std::tuple<const char*, OnWorkerLost>> {};

TEST_P(EngineStartMatrix, WorkersThatDieAtTheirStartAreACauseToGiveUp) {
  SKEIN_FORKS();
  const std::string point = std::get<0>(GetParam());
  const OnWorkerLost policy = std::get<1>(GetParam());
  auto options = engine_options("fork", 2);
  options.on_worker_lost = policy;
  skein::internal::arm_faults(point + "=kill");
  {
    WorkerEngine engine(std::move(options));
    TestJob<void> job([] {});
    engine.submit(job, "closed");
    EXPECT_EQ(job.how(), "failed");
    try {
      job.get();
    } catch (const EngineBroken& error) {
      EXPECT_NE(std::string(error.what()).find("SIGKILL"), std::string::npos) << error.what();
    } catch (const WorkerLost&) {
    }
    if (point == "engine.worker.starts") {
      EXPECT_THROW(engine.submit(job, "closed"), EngineBroken);
    }
  }
  skein::internal::arm_faults("");
  EXPECT_TRUE(multiprocessing::active_children().empty());
}
INSTANTIATE_TEST_SUITE_P(Steps, EngineStartMatrix,
                         testing::Combine(testing::Values("engine.worker.starts", "engine.worker.initialized"),
                                          testing::Values(OnWorkerLost::kBreakPool, OnWorkerLost::kFailCall)));

}  // namespace
