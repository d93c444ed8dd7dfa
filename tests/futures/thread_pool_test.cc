// ThreadPoolExecutor: workers, initializers, shutdown, cancel, fork.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/futures.h>
#include <skein/threading.h>

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <tuple>
#include <vector>

#include "futures/helpers.h"
#include "testing/child.h"
#include "testing/party.h"
#include "testing/repeat.h"

namespace skein {
namespace {

using futures::BrokenThreadPool;
using futures::CancelledError;
using futures::Executor;
using futures::Future;
using futures::ThreadPoolExecutor;
using testing::Busy;
using testing::Counted;
using ::testing::ElementsAre;
using testing::eventually;
using testing::int_of;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using testing::Party;
using testing::Reports;
using testing::text_of;
using testing::this_name;

// ---- making ----

TEST(ThreadPoolTest, AtLeastOneWorker) {
  for (const std::int64_t workers : {std::int64_t{0}, std::int64_t{-1}, std::numeric_limits<std::int64_t>::min()}) {
    EXPECT_EQ(text_of<ValueError>([&] { const ThreadPoolExecutor executor(workers); }),
              "max_workers must be greater than 0");
    EXPECT_THROW(const ThreadPoolExecutor executor({.max_workers = workers}), ValueError);
  }
}

TEST(ThreadPoolTest, ByDefaultAsManyWorkersAsPython) {
  cpu_set_t usable;
  CPU_ZERO(&usable);
  ASSERT_EQ(::sched_getaffinity(0, sizeof usable, &usable), 0);
  const auto most = static_cast<std::size_t>(std::min(32, CPU_COUNT(&usable) + 4));
  ThreadPoolExecutor executor;
  ThreadPoolExecutor same(None);
  for (Executor* each : {static_cast<Executor*>(&executor), static_cast<Executor*>(&same)}) {
    Busy busy(*each, static_cast<int>(most));
    static_cast<void>(each->submit([] {}));
    EXPECT_EQ(static_cast<ThreadPoolExecutor*>(each)->stats().threads, most);
    EXPECT_EQ(static_cast<ThreadPoolExecutor*>(each)->stats().queued, 1U);
  }
}

TEST(ThreadPoolTest, NamesItsWorkers) {
  ThreadPoolExecutor executor(2, "io");
  std::set<std::string> names;
  {
    threading::Barrier both(2);
    const auto name = [&] {
      both.wait();
      return this_name();
    };
    auto first = executor.submit(name);
    auto second = executor.submit(name);
    names = {first.result(), second.result()};
  }
  EXPECT_THAT(names, ElementsAre("io_0", "io_1"));
  ThreadPoolExecutor a(1);
  ThreadPoolExecutor b({.max_workers = 1});
  const std::string name_a = a.submit(this_name).result();
  const std::string name_b = b.submit(this_name).result();
  EXPECT_THAT(name_a, MatchesRegex("ThreadPoolExecutor-[0-9]+_0"));
  EXPECT_THAT(name_b, MatchesRegex("ThreadPoolExecutor-[0-9]+_0"));
  EXPECT_NE(name_a, name_b);
}

TEST(ThreadPoolTest, StartsWorkersWhenThereIsSomethingToDoAndNobodyIsIdle) {
  ThreadPoolExecutor executor(3);
  EXPECT_EQ(executor.stats().threads, 0U);
  for (int i = 0; i < 5; ++i) {
    executor.submit([] {}).result();
    ASSERT_TRUE(eventually([&] { return executor.stats().idle == 1; }));
  }
  EXPECT_EQ(executor.stats().threads, 1U);
  Busy two(executor, 2);
  EXPECT_EQ(executor.stats().threads, 2U);
  Busy third(executor, 1);
  EXPECT_EQ(executor.stats().threads, 3U);
  static_cast<void>(executor.submit([] {}));
  EXPECT_EQ(executor.stats().threads, 3U);
}

TEST(ThreadPoolTest, TasksOfSeveralWorkersRunAtOnce) {
  ThreadPoolExecutor executor(4);
  threading::Barrier all(4);
  std::vector<Future<void>> futures;
  for (int i = 0; i < 4; ++i) futures.push_back(executor.submit([&] { all.wait(); }));
  EXPECT_EQ(futures::wait(futures, 20).done.size(), 4U);
}

TEST(ThreadPoolTest, GivesBackWhatTheTaskThrows) {
  ThreadPoolExecutor executor(1);
  EXPECT_EQ(text_of<ValueError>([&] { executor.submit([] { throw ValueError("task"); }).result(); }), "task");
  EXPECT_EQ(int_of([&] { executor.submit([]() -> int { throw 5; }).result(); }), 5);
  EXPECT_EQ(executor.submit([] { return 1; }).result(), 1);
  EXPECT_EQ(executor.stats().threads, 1U);
}

// ---- initializers ----

TEST(ThreadPoolTest, CallsTheInitializerFirstInEachWorker) {
  std::mutex lock;
  std::vector<std::string> called;
  const auto note = [&](const std::string& text, int number) {
    const std::scoped_lock guard(lock);
    called.push_back(this_name() + text + std::to_string(number));
  };
  {
    ThreadPoolExecutor executor({.max_workers = 2, .thread_name_prefix = "w"}, note, std::string(" got "), 7);
    EXPECT_THAT(called, IsEmpty());
    const Busy busy(executor, 2);
    const std::scoped_lock guard(lock);
    std::sort(called.begin(), called.end());
    EXPECT_THAT(called, ElementsAre("w_0 got 7", "w_1 got 7"));
  }
  called.clear();
  {
    ThreadPoolExecutor executor(1, "p", note, std::tuple(std::string(" had "), 8));
    executor.submit([] {}).result();
    executor.submit([] {}).result();
    EXPECT_THAT(called, ElementsAre("p_0 had 8"));
  }
}

TEST(ThreadPoolTest, AnInitializerThatFailsBreaksThePool) {
  const Reports reports;
  const char* const text = "A thread initializer failed, the thread pool is not usable anymore";
  threading::Event go_on;
  ThreadPoolExecutor executor({.max_workers = 1}, [&] {
    go_on.wait();
    throw ValueError("initializer");
  });
  std::vector<Future<void>> futures;
  for (int i = 0; i < 3; ++i) futures.push_back(executor.submit([] {}));
  go_on.set();
  for (auto& future : futures) EXPECT_EQ(text_of<BrokenThreadPool>([&] { future.result(); }), text);
  EXPECT_EQ(text_of<BrokenThreadPool>([&] { executor.submit([] {}); }), text);
  EXPECT_THROW(executor.submit([] {}), futures::BrokenExecutor);
  executor.shutdown();
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports.at(0).message, "Exception in initializer");
  EXPECT_EQ(text_of<ValueError>([&] { std::rethrow_exception(reports.at(0).exception); }), "initializer");
}

// Not from a worker of its own that came through either.
TEST(ThreadPoolTest, ABrokenPoolTakesNothingFromItsWorkers) {
  futures::set_report_hook([](const futures::Report&) {});
  std::atomic<int> started{0};
  threading::Event broken;
  {
    ThreadPoolExecutor pool({.max_workers = 2}, [&] {
      if (started.fetch_add(1) == 1) throw ValueError("the second");
    });
    threading::Event running;
    const auto first = pool.submit([&] {
      running.set();
      broken.wait();
      static_cast<void>(pool.submit([] {}));
    });
    running.wait();
    const auto second = pool.submit([] {});
    EXPECT_THROW(second.result(), futures::BrokenThreadPool);
    broken.set();
    EXPECT_THROW(first.result(), futures::BrokenThreadPool);
  }
  futures::set_report_hook(nullptr);
}

// ---- the end ----

TEST(ThreadPoolTest, ShutdownWaitsForAllThatWasSubmitted) {
  ThreadPoolExecutor executor(2);
  std::atomic<int> ran{0};
  for (int i = 0; i < 100; ++i) static_cast<void>(executor.submit([&] { ran.fetch_add(1); }));
  executor.shutdown();
  EXPECT_EQ(ran.load(), 100);
  executor.shutdown();
  executor.shutdown(false);
  executor.shutdown({.cancel_futures = true});
}

TEST(ThreadPoolTest, SoDoesTheDestructor) {
  std::atomic<int> ran{0};
  {
    ThreadPoolExecutor executor(2);
    for (int i = 0; i < 100; ++i) static_cast<void>(executor.submit([&] { ran.fetch_add(1); }));
  }
  EXPECT_EQ(ran.load(), 100);
}

TEST(ThreadPoolTest, ShutdownBlocksUntilARunningTaskIsThrough) {
  ThreadPoolExecutor executor(1);
  Busy busy(executor, 1);
  Party party([&] { executor.shutdown(); });
  ASSERT_TRUE(party.blocks());
  EXPECT_THROW(executor.submit([] {}), RuntimeError);
  busy.let_go();
}

TEST(ThreadPoolTest, ShutdownWithoutWaitingLeavesTheWorkToTheWorkers) {
  ThreadPoolExecutor executor(1);
  Busy busy(executor, 1);
  auto queued = executor.submit([] { return 7; });
  executor.shutdown(false);
  EXPECT_FALSE(queued.done());
  busy.let_go();
  EXPECT_EQ(queued.result(), 7);
}

TEST(ThreadPoolTest, NothingIsAcceptedAfterShutdown) {
  std::atomic<int> alive{0};
  ThreadPoolExecutor executor(1);
  Busy busy(executor, 1);
  const char* const text = "cannot schedule new futures after shutdown";
  threading::Event shut;
  auto inside = executor.submit([&] {
    shut.wait();
    return text_of<RuntimeError>([&] { executor.submit([kept = Counted(alive)] {}); });
  });
  executor.shutdown(false);
  shut.set();
  EXPECT_EQ(text_of<RuntimeError>([&] { executor.submit([kept = Counted(alive)] {}); }), text);
  EXPECT_EQ(text_of<RuntimeError>([&] { static_cast<void>(executor.map([](int x) { return x; }, std::vector{1})); }),
            text);
  busy.let_go();
  EXPECT_EQ(inside.result(), text);
  EXPECT_EQ(alive.load(), 0);
}

TEST(ThreadPoolTest, ShutdownMayCancelWhatHasNotBegun) {
  std::atomic<int> alive{0};
  ThreadPoolExecutor executor(1);
  Busy busy(executor, 1);
  std::vector<Future<int>> queued;
  for (int i = 0; i < 5; ++i) queued.push_back(executor.submit([kept = Counted(alive)] { return 1; }));
  Party waiter([&] { EXPECT_EQ(futures::wait(queued).done.size(), 5U); });
  ASSERT_TRUE(waiter.blocks());
  executor.shutdown({.wait = false, .cancel_futures = true});
  waiter.join();
  for (auto& future : queued) EXPECT_THROW(static_cast<void>(future.result(0)), CancelledError);
  EXPECT_EQ(alive.load(), 0);
  EXPECT_TRUE(busy.held[0].running());
  busy.let_go();
  busy.held[0].result();
}

TEST(ThreadPoolTest, ShutdownCancelsWhatAWorkerHasSubmittedToo) {
  ThreadPoolExecutor executor(1);
  threading::Event submitted;
  threading::Event go_on;
  std::vector<Future<void>> nested;
  auto parent = executor.submit([&] {
    for (int i = 0; i < 5; ++i) nested.push_back(executor.submit([] {}));
    submitted.set();
    go_on.wait();
  });
  submitted.wait();
  executor.shutdown({.wait = false, .cancel_futures = true});
  for (auto& future : nested) EXPECT_TRUE(future.cancelled());
  go_on.set();
  parent.result();
}

TEST(ThreadPoolTest, AWorkerCannotWaitForItsOwnEnd) {
  ThreadPoolExecutor executor(1);
  auto queued_text = executor.submit([&] { return text_of<RuntimeError>([&] { executor.shutdown(); }); });
  EXPECT_EQ(queued_text.result(), "cannot join current thread");
  EXPECT_EQ(text_of<RuntimeError>([&] { executor.submit([] {}); }), "cannot schedule new futures after shutdown");
  executor.shutdown();
}

TEST(ThreadPoolTest, AWorkerOfAnotherPoolMayWait) {
  ThreadPoolExecutor outer(1);
  ThreadPoolExecutor inner(1);
  auto last = inner.submit([] { return 7; });
  outer.submit([&] { inner.shutdown(); }).result();
  EXPECT_TRUE(last.done());
}

// ---- cancel ----

TEST(ThreadPoolTest, CancelsWhatIsQueuedOnly) {
  std::atomic<int> ran{0};
  std::atomic<int> alive{0};
  ThreadPoolExecutor executor(1);
  Busy busy(executor, 1);
  auto queued = executor.submit([&ran, kept = Counted(alive)] { ran.fetch_add(1); });
  EXPECT_FALSE(busy.held[0].cancel());
  EXPECT_TRUE(queued.cancel());
  EXPECT_TRUE(queued.cancelled());
  busy.let_go();
  EXPECT_THAT(futures::wait(queued).done, ElementsAre(queued));
  EXPECT_EQ(ran.load(), 0);
  ASSERT_TRUE(eventually([&] { return alive.load() == 0; }));
}

TEST(ThreadPoolTest, CancelAsksARunningTaskToStop) {
  ThreadPoolExecutor executor(1);
  threading::Event begun;
  threading::Event never;
  auto future = executor.submit([&](const std::stop_token& token) {
    begun.set();
    return never.wait(token) ? 1 : 2;
  });
  begun.wait();
  EXPECT_FALSE(future.cancel());
  EXPECT_EQ(future.result(), 2);
  EXPECT_FALSE(future.cancelled());
}

// ---- fork ----

TEST(ThreadPoolTest, AForkedChildHasNoWorkers) {
  SKEIN_FORKS();
  ThreadPoolExecutor executor(1);
  executor.submit([] {}).result();
  const testing::Outcome outcome = testing::run_forked([&] {
    testing::skip_leak_check();
    const std::string text = text_of<RuntimeError>([&] { executor.submit([] {}); });
    executor.shutdown();
    ThreadPoolExecutor fresh(1);
    return text.starts_with("the pool's threads stayed in the parent") && fresh.submit([] { return 7; }).result() == 7
               ? 0
               : 1;
  });
  EXPECT_TRUE(outcome.good()) << outcome;
  EXPECT_EQ(executor.submit([] { return 1; }).result(), 1);
}

}  // namespace
}  // namespace skein
