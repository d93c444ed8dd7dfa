// ThreadPoolExecutor: the order of tasks, and workers that wait for tasks of their own pool.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/futures.h>
#include <skein/threading.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "futures/helpers.h"
#include "testing/party.h"
#include "testing/repeat.h"

namespace skein {
namespace {

using futures::Future;
using futures::ThreadPoolExecutor;
using testing::Busy;
using ::testing::ElementsAre;
using testing::eventually;
using testing::now;
using testing::this_name;

// ---- order ----

TEST(ThreadPoolTest, TasksOfEachSubmitterBeginInTheirOrder) {
  constexpr int kEach = 200;
  ThreadPoolExecutor executor(1);
  Busy busy(executor, 1);
  std::vector<std::vector<int>> begun(3);
  testing::Parties parties(3, [&](int which) {
    for (int i = 0; i < kEach; ++i) {
      static_cast<void>(executor.submit([&begun, which, i] { begun[static_cast<std::size_t>(which)].push_back(i); }));
    }
  });
  parties.join();
  busy.let_go();
  executor.shutdown();
  for (const auto& order : begun) {
    EXPECT_EQ(order.size(), static_cast<std::size_t>(kEach));
    EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
  }
}

// Two workers submit and stay busy; the third one runs it all.
TEST(ThreadPoolTest, TasksOfEachWorkerBeginInTheirOrder) {
  constexpr int kEach = 200;
  ThreadPoolExecutor executor(3);
  threading::Event go_on;
  threading::Barrier together(2);
  std::vector<std::vector<int>> begun(2);
  std::atomic<int> ran{0};
  std::vector<Future<void>> parents;
  for (std::size_t which = 0; which < 2; ++which) {
    parents.push_back(executor.submit([&, which] {
      together.wait();
      for (int i = 0; i < kEach; ++i) {
        static_cast<void>(executor.submit([&, which, i] {
          begun[which].push_back(i);
          ran.fetch_add(1);
        }));
      }
      go_on.wait();
    }));
  }
  EXPECT_TRUE(eventually([&] { return ran.load() == 2 * kEach; }));
  go_on.set();
  executor.shutdown();
  for (const auto& order : begun) EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

TEST(ThreadPoolTest, OutsideTasksThatWereSubmittedBeforeAWorkersOwnBeginBeforeThem) {
  ThreadPoolExecutor executor(1);
  std::vector<int> order;
  threading::Event outside;
  threading::Event inside;
  auto parent = executor.submit([&] {
    outside.wait();
    for (int i = 2; i < 4; ++i) static_cast<void>(executor.submit([&order, i] { order.push_back(i); }));
    inside.set();
  });
  for (int i = 0; i < 2; ++i) static_cast<void>(executor.submit([&order, i] { order.push_back(i); }));
  outside.set();
  inside.wait();
  executor.submit([&order] { order.push_back(4); }).result();
  executor.shutdown();
  EXPECT_EQ(order.size(), 5U);
  EXPECT_TRUE(std::find(order.begin(), order.end(), 0) < std::find(order.begin(), order.end(), 2));
  EXPECT_TRUE(std::find(order.begin(), order.end(), 1) < std::find(order.begin(), order.end(), 2));
  EXPECT_TRUE(std::find(order.begin(), order.end(), 2) < std::find(order.begin(), order.end(), 3));
}

// CPython's one queue serves it in its turn: so a worker whose tasks beget one another must look elsewhere at times.
TEST(ThreadPoolTest, TasksThatFollowOneAnotherKeepNobodyElsesWaitingForEver) {
  ThreadPoolExecutor executor(2);
  std::atomic<bool> over{false};
  threading::Event chain_runs;
  std::function<void()> link = [&] {
    chain_runs.set();
    if (!over.load()) static_cast<void>(executor.submit(std::ref(link)));
  };
  auto parent = executor.submit([&] {
    static_cast<void>(executor.submit(std::ref(link)));  // The other worker takes it, and has all its followers.
    chain_runs.wait();
    auto mine = executor.submit([] { return 1; });
    try {
      return mine.result(20);  // Limited, so that it is not run in place.
    } catch (const TimeoutError&) {
      return 0;
    }
  });
  EXPECT_EQ(parent.result(), 1);
  over.store(true);
  executor.shutdown();
}

// ---- waiting in workers ----

TEST(ThreadPoolTest, AWorkerRunsTheQueuedTaskThatItWaitsFor) {
  ThreadPoolExecutor executor(1, "w");
  std::vector<std::string> order;
  const auto names = executor
                         .submit([&] {
                           auto stranger = executor.submit([&] { order.emplace_back("stranger"); });
                           auto inner = executor.submit([&] {
                             order.emplace_back("inner");
                             return this_name();
                           });
                           const std::string name = inner.result();
                           order.emplace_back("outer");
                           return name;
                         })
                         .result();
  executor.shutdown();
  EXPECT_EQ(names, "w_0");
  EXPECT_THAT(order, ElementsAre("inner", "outer", "stranger"));
  EXPECT_EQ(executor.stats().done, 3U);
}

TEST(ThreadPoolTest, AWorkerThatWaitsForALimitedTimeRunsNothingMeanwhile) {
  ThreadPoolExecutor executor(1);
  const bool timed_out = executor
                             .submit([&] {
                               auto inner = executor.submit([] { return 1; });
                               const double begin = now();
                               try {
                                 static_cast<void>(inner.result(0.05));
                                 return false;
                               } catch (const TimeoutError&) {
                                 return now() - begin >= 0.05;
                               }
                             })
                             .result();
  EXPECT_TRUE(timed_out);
}

TEST(ThreadPoolTest, WaitAndAsCompletedInAWorkerRunWhatIsQueued) {
  ThreadPoolExecutor executor(1);
  const int sum = executor
                      .submit([&] {
                        std::vector<Future<int>> first;
                        std::vector<Future<int>> second;
                        for (int i = 0; i < 10; ++i) first.push_back(executor.submit([i] { return i; }));
                        for (int i = 0; i < 10; ++i) second.push_back(executor.submit([i] { return i; }));
                        int total = 0;
                        for (auto& done : futures::wait(first).done) total += done.result();
                        for (auto& done : futures::as_completed(second)) total += done.result();
                        return total;
                      })
                      .result();
  EXPECT_EQ(sum, 90);
}

}  // namespace
}  // namespace skein
