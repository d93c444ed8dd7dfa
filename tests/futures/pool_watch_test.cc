// ThreadPoolExecutor: what one sees of it from outside, stats and observers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/futures.h>
#include <skein/threading.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "futures/helpers.h"
#include "testing/party.h"

namespace skein {
namespace {

using futures::AnyFuture;
using futures::PoolObserver;
using futures::PoolStats;
using futures::ThreadPoolExecutor;
using testing::Busy;
using ::testing::ElementsAre;
using testing::eventually;
using testing::int_of;
using testing::Reports;
using testing::this_name;

// ---- stats ----

TEST(ThreadPoolTest, StatsSayHowThingsStand) {
  ThreadPoolExecutor executor(2);
  const auto expect = [&](std::size_t queued, std::size_t running, std::size_t idle, std::uint64_t done,
                          std::size_t threads) {
    EXPECT_TRUE(eventually([&] {
      const PoolStats stats = executor.stats();
      return stats.queued == queued && stats.running == running && stats.idle == idle && stats.done == done &&
             stats.threads == threads;
    })) << queued
        << " " << running << " " << idle << " " << done << " " << threads;
  };
  expect(0, 0, 0, 0, 0);
  Busy busy(executor, 2);
  expect(0, 2, 0, 0, 2);
  auto queued = executor.submit([] {});
  auto cancelled = executor.submit([] {});
  cancelled.cancel();
  expect(2, 2, 0, 0, 2);
  busy.let_go();
  expect(0, 0, 2, 3, 2);
}

TEST(ThreadPoolTest, StatsCountWhatWorkersSubmit) {
  ThreadPoolExecutor executor(1);
  threading::Event submitted;
  threading::Event go_on;
  auto parent = executor.submit([&] {
    for (int i = 0; i < 3; ++i) static_cast<void>(executor.submit([] {}));
    submitted.set();
    go_on.wait();
  });
  submitted.wait();
  EXPECT_EQ(executor.stats().queued, 3U);
  EXPECT_EQ(executor.stats().running, 1U);
  go_on.set();
  ASSERT_TRUE(eventually([&] { return executor.stats().done == 4; }));
  EXPECT_EQ(executor.stats().queued, 0U);
}

// ---- observers ----

class Notes : public PoolObserver {
 public:
  void submitted(const AnyFuture& future) override {
    EXPECT_FALSE(future.running() || future.done());
    note("submitted");
  }
  void started(const AnyFuture& future) override {
    EXPECT_TRUE(future.running());
    note("started");
  }
  void finished(const AnyFuture& future) override {
    EXPECT_EQ(future.exception(0), nullptr);
    note("finished");
  }
  void failed(const AnyFuture& future) override {
    EXPECT_NE(future.exception(0), nullptr);
    note("failed");
  }
  void worker_up(const std::string& name) override {
    EXPECT_EQ(name, this_name());
    note("up " + name);
  }
  void worker_down(const std::string& name) override {
    EXPECT_EQ(name, this_name());
    note("down " + name);
  }
  std::vector<std::string> all() {
    const std::scoped_lock guard(lock_);
    return all_;
  }

 private:
  void note(const std::string& text) {
    const std::scoped_lock guard(lock_);
    all_.push_back(text);
  }
  std::mutex lock_;
  std::vector<std::string> all_;
};

TEST(ThreadPoolTest, AnObserverHearsOfEverything) {
  const auto notes = std::make_shared<Notes>();
  {
    ThreadPoolExecutor executor({.max_workers = 1, .thread_name_prefix = "w", .observer = notes});
    executor.submit([] {}).result();
    ASSERT_TRUE(eventually([&] { return notes->all().size() == 4; }));
    EXPECT_EQ(int_of([&] { executor.submit([] { throw 5; }).result(); }), 5);
  }
  auto heard = notes->all();
  // The first task is submitted before its worker is there.
  EXPECT_THAT(heard,
              ElementsAre("submitted", "up w_0", "started", "finished", "submitted", "started", "failed", "down w_0"));
}

TEST(ThreadPoolTest, AnObserverDoesNotHearACancelledOneStart) {
  const auto notes = std::make_shared<Notes>();
  {
    ThreadPoolExecutor executor({.max_workers = 1, .observer = notes});
    Busy busy(executor, 1);
    EXPECT_TRUE(executor.submit([] {}).cancel());
  }
  const auto heard = notes->all();
  EXPECT_EQ(std::count(heard.begin(), heard.end(), "submitted"), 2);
  EXPECT_EQ(std::count(heard.begin(), heard.end(), "started"), 1);
}

TEST(ThreadPoolTest, WhatAnObserverHasHeardOfEndsAlsoIfItIsRefused) {
  class Keeps : public PoolObserver {
   public:
    void submitted(const AnyFuture& future) override { kept.push_back(future); }
    std::vector<AnyFuture> kept;
  };
  const auto keeper = std::make_shared<Keeps>();
  ThreadPoolExecutor executor({.max_workers = 1, .observer = keeper});
  executor.submit([] {}).result();
  executor.shutdown();
  EXPECT_THROW(static_cast<void>(executor.submit([] {})), RuntimeError);
  ASSERT_EQ(keeper->kept.size(), 2U);
  EXPECT_TRUE(keeper->kept.back().cancelled());
}

TEST(ThreadPoolTest, WhatAnObserverThrowsIsReportedAndChangesNothing) {
  class Throws : public PoolObserver {
   public:
    void submitted(const AnyFuture& /*future*/) override { throw ValueError("1"); }
    void started(const AnyFuture& /*future*/) override { throw ValueError("2"); }
    void finished(const AnyFuture& /*future*/) override { throw ValueError("3"); }
    void worker_up(const std::string& /*name*/) override { throw ValueError("4"); }
    void worker_down(const std::string& /*name*/) override { throw 5; }
  };
  const Reports reports;
  {
    ThreadPoolExecutor executor({.max_workers = 1, .observer = std::make_shared<Throws>()});
    EXPECT_EQ(executor.submit([] { return 7; }).result(), 7);
  }
  ASSERT_EQ(reports.size(), 5U);
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(reports.at(i).message, "exception in a PoolObserver");
}

}  // namespace
}  // namespace skein
