// futures::ProcessPoolExecutor beyond Python: workers that are lost, calls that are stopped.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/futures.h>
#include <skein/process_pool.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "futures/helpers.h"
#include "process_pool/pools.h"
#include "testing/child.h"

namespace skein::testing {
namespace {

using futures::CancelledError;
using multiprocessing::OnWorkerLost;
using multiprocessing::WorkerLost;

class ProcessPoolLostTest : public ProcessPoolTest {
 protected:
  [[nodiscard]] futures::ProcessPoolExecutorOptions of(std::int64_t workers, OnWorkerLost on_worker_lost,
                                                       std::uint32_t retries = 3) const {
    auto options = ProcessPoolTest::of(workers);
    options.on_worker_lost = on_worker_lost;
    options.retries = retries;
    return options;
  }
  [[nodiscard]] futures::ProcessPoolExecutorOptions killing(std::int64_t workers) const {
    auto options = ProcessPoolTest::of(workers);
    options.cancel_kills = true;
    return options;
  }
};

int exit_code_of(const futures::Future<int>& call) {
  try {
    static_cast<void>(call.result(10));
  } catch (const WorkerLost& lost) {
    EXPECT_NE(lost.pid(), ::getpid());
    return lost.exit_code();
  }
  return 0;
}

// Ends its worker unless it has been begun `times` times before.
int dies_often(int place, int times) {
  const auto begun = static_cast<int>(count(place));
  if (begun <= times) ::kill(::getpid(), SIGKILL);
  return begun;
}
int leaves(int code) { ::_exit(code); }

TEST_P(ProcessPoolLostTest, OnlyTheCallThatWasRunningFails) {
  futures::ProcessPoolExecutor executor(of(1, OnWorkerLost::kFailCall));
  auto killed = executor.submit(die_by, SIGKILL);
  auto left = executor.submit(leaves, 7);
  std::vector<futures::Future<int>> others;
  for (int i = 0; i < 20; ++i) others.push_back(executor.submit(twice, i));
  EXPECT_EQ(exit_code_of(killed), -SIGKILL);
  EXPECT_EQ(exit_code_of(left), 7);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(others[static_cast<std::size_t>(i)].result(10), 2 * i);
}

TEST_P(ProcessPoolLostTest, ACallMayBeRunAgain) {
  futures::ProcessPoolExecutor executor(of(1, OnWorkerLost::kRunAgain));
  EXPECT_EQ(executor.submit(dies_often, 0, 3).result(10), 4);
  auto hopeless = executor.submit(dies_often, 1, 100);
  EXPECT_EQ(exit_code_of(hopeless), -SIGKILL);
  EXPECT_EQ(box_.get(1), 4U);  // Once, and again three times.
  EXPECT_EQ(executor.submit(twice, 1).result(10), 2);
}

TEST_P(ProcessPoolLostTest, HowOftenItIsRunAgainMayBeSaid) {
  futures::ProcessPoolExecutor executor(of(1, OnWorkerLost::kRunAgain, 1));
  EXPECT_EQ(exit_code_of(executor.submit(dies_often, 0, 100)), -SIGKILL);
  EXPECT_EQ(box_.get(0), 2U);
}

TEST_P(ProcessPoolLostTest, OneCallMayHaveAWayOfItsOwn) {
  futures::ProcessPoolExecutor executor(of(1, OnWorkerLost::kBreakPool));
  EXPECT_EQ(exit_code_of(executor.submit({.on_worker_lost = OnWorkerLost::kFailCall}, die_by, SIGKILL)), -SIGKILL);
  EXPECT_EQ(executor.submit({.on_worker_lost = OnWorkerLost::kRunAgain}, dies_often, 0, 1).result(10), 2);
  EXPECT_EQ(executor.submit(twice, 1).result(10), 2);
  EXPECT_EQ(text_of<futures::BrokenProcessPool>([&] { return executor.submit(die_by, SIGKILL).result(10); }), kBroken);
}

TEST_P(ProcessPoolLostTest, APoolThatBreaksIsReportedOnce) {
  const Reports reports;
  {
    futures::ProcessPoolExecutor executor(of(2, OnWorkerLost::kBreakPool));
    std::vector<futures::Future<int>> calls;
    for (int i = 0; i < 100; ++i) calls.push_back(executor.submit(block, 0));
    executor.submit(die_by, SIGKILL);
    executor.kill_workers();
    for (const auto& call : calls) EXPECT_TRUE(futures::wait(std::vector{call}, 10).not_done.empty());
    executor.shutdown();
  }
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_THROW(std::rethrow_exception(reports.at(0).exception), futures::BrokenProcessPool);
}

// ---- deadlines ----

TEST_P(ProcessPoolLostTest, ADeadlineStopsACallThatRuns) {
  futures::ProcessPoolExecutor executor(ProcessPoolTest::of(1));
  auto late = executor.submit({.timeout = 0.2}, block, 0);
  EXPECT_THROW(static_cast<void>(late.result(10)), TimeoutError);
  EXPECT_TRUE(late.done());
  EXPECT_FALSE(late.cancelled());
  EXPECT_EQ(executor.submit(twice, 1).result(10), 2);  // In another worker.
}

TEST_P(ProcessPoolLostTest, ADeadlineIsCountedFromSubmit) {
  futures::ProcessPoolExecutor executor(ProcessPoolTest::of(1));
  auto blocked = executor.submit(block, 0);
  ASSERT_TRUE(box_.wait(0));
  auto late = executor.submit({.timeout = 0.05}, count, 5);
  EXPECT_THROW(static_cast<void>(late.result(10)), TimeoutError);
  EXPECT_TRUE(late.done());
  auto never = executor.submit({.timeout = 0}, count, 5);
  EXPECT_THROW(static_cast<void>(never.result(10)), TimeoutError);
  box_.set(1);
  EXPECT_GT(blocked.result(10), 0);  // Nobody has stopped that one.
  EXPECT_EQ(executor.submit(twice, 1).result(10), 2);
  EXPECT_EQ(box_.get(5), 0U);
}

TEST_P(ProcessPoolLostTest, ADeadlineThatIsKeptChangesNothing) {
  futures::ProcessPoolExecutor executor(ProcessPoolTest::of(1));
  EXPECT_EQ(executor.submit({.timeout = 60}, twice, 1).result(), 2);
  EXPECT_EQ(executor.submit({.timeout = None}, twice, 2).result(), 4);
}

// ---- cancelling what runs ----

TEST_P(ProcessPoolLostTest, CancelMayKill) {
  futures::ProcessPoolExecutor executor(killing(1));
  auto running = executor.submit(block, 0);
  ASSERT_TRUE(box_.wait(0));
  EXPECT_FALSE(running.cancel());
  EXPECT_THROW(static_cast<void>(running.result(10)), CancelledError);
  EXPECT_FALSE(running.cancelled());  // It had begun: it has ended by an exception.
  EXPECT_NE(running.exception(), nullptr);
  EXPECT_EQ(executor.submit(twice, 1).result(10), 2);
  EXPECT_FALSE(running.cancel());
}

TEST_P(ProcessPoolLostTest, CancelKillsNobodyElse) {
  futures::ProcessPoolExecutor executor(killing(2));
  auto first = executor.submit(block, 0);
  auto second = executor.submit(block, 2);
  ASSERT_TRUE(box_.wait(0));
  ASSERT_TRUE(box_.wait(2));
  first.cancel();
  EXPECT_THROW(static_cast<void>(first.result(10)), CancelledError);
  box_.set(3);
  EXPECT_GT(second.result(10), 0);
  auto done = executor.submit(twice, 1);
  EXPECT_EQ(done.result(10), 2);
  EXPECT_FALSE(done.cancel());
  EXPECT_EQ(executor.submit(twice, 2).result(10), 4);
}

TEST_P(ProcessPoolLostTest, WhatIsQueuedIsCancelledWithoutKilling) {
  futures::ProcessPoolExecutor executor(killing(1));
  auto running = executor.submit(block, 0);
  ASSERT_TRUE(box_.wait(0));
  std::vector<futures::Future<std::uint32_t>> queued;
  for (int i = 0; i < 64; ++i) queued.push_back(executor.submit(count, 5));
  EXPECT_TRUE(queued.back().cancel());
  box_.set(1);
  EXPECT_GT(running.result(10), 0);
  EXPECT_EQ(queued[62].result(10), 63U);
}

SKEIN_TEST_ALL_METHODS(ProcessPoolLostTest);

}  // namespace
}  // namespace skein::testing
