// futures::ProcessPoolExecutor: stats() and observers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/futures.h>
#include <skein/process_pool.h>
#include <skein/threading.h>

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "futures/helpers.h"
#include "process_pool/pools.h"
#include "testing/child.h"

namespace skein::testing {
namespace {

using ::testing::ElementsAre;

class Notes : public futures::PoolObserver {
 public:
  void submitted(const futures::AnyFuture& future) override { add("submitted", future); }
  void started(const futures::AnyFuture& future) override { add("started", future); }
  void finished(const futures::AnyFuture& future) override { add("finished", future); }
  void failed(const futures::AnyFuture& future) override { add("failed", future); }
  void worker_up(const std::string& name) override {
    const std::scoped_lock guard(lock_);
    up_.push_back(name);
  }
  void worker_down(const std::string& name) override {
    const std::scoped_lock guard(lock_);
    down_.push_back(name);
  }

  [[nodiscard]] std::vector<std::string> of(const futures::AnyFuture& future) {
    const std::scoped_lock guard(lock_);
    std::vector<std::string> found;
    for (const auto& [what, whose] : all_) {
      if (whose == future) found.push_back(what);
    }
    return found;
  }
  [[nodiscard]] std::vector<std::string> up() {
    const std::scoped_lock guard(lock_);
    return up_;
  }
  [[nodiscard]] std::vector<std::string> down() {
    const std::scoped_lock guard(lock_);
    return down_;
  }

 private:
  void add(std::string what, const futures::AnyFuture& future) {
    const std::scoped_lock guard(lock_);
    all_.emplace_back(std::move(what), future);
  }

  std::mutex lock_;
  std::vector<std::pair<std::string, futures::AnyFuture>> all_;
  std::vector<std::string> up_;
  std::vector<std::string> down_;
};

int fail() { throw ValueError("on purpose"); }

class ProcessPoolWatchTest : public ProcessPoolTest {
 protected:
  [[nodiscard]] futures::ProcessPoolExecutorOptions watched(std::int64_t workers) const {
    auto options = of(workers);
    options.observer = notes_;
    return options;
  }
  std::shared_ptr<Notes> notes_ = std::make_shared<Notes>();
};

TEST_P(ProcessPoolWatchTest, AnObserverHearsEachCallsWay) {
  std::vector<futures::Future<int>> good;
  std::vector<futures::Future<int>> bad;
  {
    futures::ProcessPoolExecutor executor(watched(2));
    for (int i = 0; i < 50; ++i) {
      good.push_back(executor.submit(twice, i));
      bad.push_back(executor.submit(fail));
    }
  }
  for (const auto& one : good) EXPECT_THAT(notes_->of(one), ElementsAre("submitted", "started", "finished"));
  for (const auto& one : bad) {
    EXPECT_THAT(notes_->of(one), ElementsAre("submitted", "started", "failed"));
    EXPECT_NE(one.exception(), nullptr);
  }
  EXPECT_FALSE(notes_->up().empty());
  EXPECT_LE(notes_->up().size(), 2U);
  EXPECT_THAT(notes_->down(), ::testing::UnorderedElementsAreArray(notes_->up()));
}

TEST_P(ProcessPoolWatchTest, WhatIsCancelledIsNotStarted) {
  futures::ProcessPoolExecutor executor(watched(1));
  auto running = executor.submit(block, 0);
  ASSERT_TRUE(box_.wait(0));
  std::vector<futures::Future<int>> queued;
  for (int i = 0; i < 64; ++i) queued.push_back(executor.submit(twice, i));
  EXPECT_TRUE(queued.back().cancel());
  EXPECT_FALSE(running.cancel());  // To be watched is not to be stopped.
  box_.set(1);
  executor.shutdown();
  EXPECT_EQ(running.exception(), nullptr);
  EXPECT_THAT(notes_->of(queued.back()), ElementsAre("submitted"));
  EXPECT_THAT(notes_->of(queued.front()), ElementsAre("submitted", "started", "finished"));
}

TEST_P(ProcessPoolWatchTest, AnObserverHearsOfAWorkerThatIsReplaced) {
  auto options = watched(1);
  options.on_worker_lost = multiprocessing::OnWorkerLost::kFailCall;
  futures::ProcessPoolExecutor executor(std::move(options));
  auto lost = executor.submit(die_by, SIGKILL);
  EXPECT_THROW(static_cast<void>(lost.result(10)), multiprocessing::WorkerLost);
  EXPECT_EQ(executor.submit(twice, 1).result(10), 2);
  EXPECT_EQ(notes_->up().size(), 2U);
  ASSERT_EQ(notes_->down().size(), 1U);
  EXPECT_EQ(notes_->down()[0], notes_->up()[0]);
}

TEST_P(ProcessPoolWatchTest, WhatAnObserverThrowsIsReported) {
  class Throws : public futures::PoolObserver {
    void started(const futures::AnyFuture& /*future*/) override { throw ValueError("an observer's"); }
  };
  const Reports reports;
  auto options = of(1);
  options.observer = std::make_shared<Throws>();
  futures::ProcessPoolExecutor executor(std::move(options));
  EXPECT_EQ(executor.submit(twice, 1).result(), 2);
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports.at(0).message, "exception in a PoolObserver");
}

TEST_P(ProcessPoolWatchTest, StatsSayHowThingsStand) {
  futures::ProcessPoolExecutor executor(of(1));
  EXPECT_EQ(executor.stats().threads, 0U);
  auto running = executor.submit(block, 0);
  ASSERT_TRUE(box_.wait(0));
  std::vector<futures::Future<int>> queued;
  for (int i = 0; i < 30; ++i) queued.push_back(executor.submit(twice, i));
  futures::PoolStats stats = executor.stats();
  EXPECT_EQ(stats.threads, 1U);
  EXPECT_EQ(stats.running, 1U);
  EXPECT_EQ(stats.idle, 0U);
  EXPECT_EQ(stats.queued, 30U);
  EXPECT_EQ(stats.done, 0U);
  box_.set(1);
  executor.shutdown();
  stats = executor.stats();
  EXPECT_EQ(stats.done, 31U);
  EXPECT_EQ(stats.queued, 0U);
  EXPECT_EQ(stats.running, 0U);
}

SKEIN_TEST_ALL_METHODS(ProcessPoolWatchTest);

}  // namespace
}  // namespace skein::testing
