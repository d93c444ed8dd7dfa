// Rows F1 to F6, F13 and F15 of the fault table, each under its number (FAULTS.md): what a future must survive. The
// others are in pool_faults_test.cc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/futures.h>

#include <sched.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "futures/executors.h"
#include "futures/helpers.h"
#include "testing/party.h"
#include "testing/repeat.h"

namespace skein {
namespace {

using futures::AnyFuture;
using futures::as_completed;
using futures::BrokenExecutor;
using futures::CancelledError;
using futures::Future;
using futures::InvalidStateError;
using futures::ThreadPoolExecutor;
using futures::wait;
using testing::Counted;
using ::testing::ElementsAre;
using testing::eventually;
using testing::int_of;
using ::testing::IsEmpty;
using testing::Later;
using testing::Parties;
using testing::Party;
using testing::repeat;
using testing::Reports;
using testing::text_of;

// ---- F1: two outcomes ----

TEST(FutureFaults, F1_OneOfEightSettersWins) {
  const std::int64_t rounds = repeat(2'000);
  constexpr int kSetters = 8;
  std::vector<Future<int>> futures(static_cast<std::size_t>(rounds));
  std::vector<std::atomic<int>> won(static_cast<std::size_t>(rounds));
  std::vector<std::atomic<int>> winner(static_cast<std::size_t>(rounds));
  Parties parties(kSetters, [&](int which) {
    for (std::size_t i = 0; i < futures.size(); ++i) {
      try {
        if (which % 2 == 0) {
          futures[i].set_result(which);
        } else {
          futures[i].set_exception(which);
        }
        won[i].fetch_add(1);
        winner[i].store(which);
      } catch (const InvalidStateError&) {
        EXPECT_TRUE(futures[i].done());
      }
    }
  });
  parties.join();
  for (std::size_t i = 0; i < futures.size(); ++i) {
    ASSERT_EQ(won[i].load(), 1) << i;
    const int outcome =
        winner[i].load() % 2 == 0 ? futures[i].result() : int_of([&] { static_cast<void>(futures[i].result()); });
    ASSERT_EQ(outcome, winner[i].load()) << i;
  }
}

// ---- F2: cancel races start ----

TEST(FutureFaults, F2_WhatIsCancelledNeverRunsAndTheRestDoes) {
  const std::int64_t rounds = repeat(1'000'000);
  constexpr std::size_t kBatch = 50;
  std::vector<std::atomic<int>> ran(kBatch);
  std::int64_t submitted = 0;
  std::int64_t cancelled = 0;
  ThreadPoolExecutor executor(2);
  std::vector<Future<void>> batch;
  while (submitted < rounds) {
    batch.clear();
    for (std::size_t i = 0; i < kBatch; ++i) {
      ran[i].store(0);
      batch.push_back(executor.submit([&ran, i] { ran[i].fetch_add(1); }));
    }
    submitted += kBatch;
    // The workers come from the front, this thread from behind: they meet somewhere.
    ASSERT_TRUE(eventually([&] { return batch[static_cast<std::size_t>(submitted) / kBatch % 20].done(); }));
    std::vector<bool> yes(kBatch);
    for (std::size_t i = kBatch; i-- > 0;) yes[i] = batch[i].cancel();
    ASSERT_EQ(wait(batch, 20).done.size(), kBatch);
    for (std::size_t i = 0; i < kBatch; ++i) {
      ASSERT_EQ(ran[i].load(), yes[i] ? 0 : 1) << submitted << " " << i;
      cancelled += yes[i] ? 1 : 0;
    }
  }
  EXPECT_GT(cancelled, 0);
  EXPECT_LT(cancelled, submitted);
  RecordProperty("cancelled", std::to_string(cancelled));
}

// Two threads that come to each round together, give or take a few steps.
template <class F>
void in_step(std::int64_t rounds, F body) {
  std::vector<std::atomic<std::int64_t>> at(2);
  Parties parties(2, [&](int which) {
    const auto me = static_cast<std::size_t>(which);
    for (std::int64_t i = 0; i < rounds; ++i) {
      at[me].store(i + 1);
      for (int looks = 1; at[1 - me].load() <= i; ++looks) {
        if (looks % 1'000 == 0) ::sched_yield();
      }
      // A few cycles each: a pause of the processor would step over what is to be met.
      const std::int64_t steps = which == 0 ? i % 64 : i / 64 % 64;
      for (std::int64_t step = 0; step < steps; ++step) std::atomic_signal_fence(std::memory_order_seq_cst);
      body(which, static_cast<std::size_t>(i));
    }
  });
}

TEST(FutureFaults, F2_OneOfCancelAndStartWins) {
  const std::int64_t rounds = repeat(300'000);
  std::vector<Future<int>> futures(static_cast<std::size_t>(rounds));
  std::vector<std::atomic<int>> yes(static_cast<std::size_t>(rounds));
  in_step(rounds, [&](int which, std::size_t i) {
    const bool won = which == 0 ? futures[i].cancel() : futures[i].set_running_or_notify_cancel();
    yes[i].fetch_add(won ? 1 : 0);
  });
  for (std::size_t i = 0; i < futures.size(); ++i) ASSERT_EQ(yes[i].load(), 1) << i;
}

TEST(FutureFaults, F2_OneOfCancelAndTheTaskWins) {
  const std::int64_t rounds = repeat(300'000);
  Later executor;
  std::vector<Future<void>> futures;
  std::vector<std::atomic<int>> yes(static_cast<std::size_t>(rounds));
  for (auto& one : yes) futures.push_back(executor.submit([&one] { one.fetch_add(1); }));
  in_step(rounds, [&](int which, std::size_t i) {
    if (which == 0) {
      yes[i].fetch_add(futures[i].cancel() ? 1 : 0);
    } else {
      executor.run_one();
    }
  });
  for (std::size_t i = 0; i < futures.size(); ++i) ASSERT_EQ(yes[i].load(), 1) << i;
}

// ---- F3: a callback that throws ----

TEST(FutureFaults, F3_ACallbackThatThrowsAnIntIsReportedAndTheOthersRun) {
  const Reports reports;
  Future<int> future;
  std::vector<int> called;
  future.add_done_callback([&](const AnyFuture&) { called.push_back(1); });
  future.add_done_callback([&](const AnyFuture&) {
    called.push_back(2);
    throw 5;
  });
  future.add_done_callback([&](const AnyFuture&) { called.push_back(3); });
  future.set_result(7);
  EXPECT_THAT(called, ElementsAre(1, 2, 3));
  EXPECT_EQ(future.result(), 7);
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(int_of([&] { std::rethrow_exception(reports.at(0).exception); }), 5);
}

// ---- F4: callbacks that come late ----

TEST(FutureFaults, F4_ACallbackThatIsAddedByACallbackRunsAtOnceAndUnderNoLock) {
  Future<int> future;
  std::vector<int> order;
  future.add_done_callback([&](const Future<int>& done) {
    order.push_back(1);
    done.add_done_callback([&](const Future<int>& again) {
      order.push_back(2);
      // All of these take the lock of the future, if they take any.
      EXPECT_EQ(again.result(), 7);
      EXPECT_EQ(wait(again).done.size(), 1U);
      for (auto& one : as_completed(again)) EXPECT_EQ(one, again);
    });
    order.push_back(3);
  });
  future.add_done_callback([&](const AnyFuture&) { order.push_back(4); });
  future.set_result(7);
  EXPECT_THAT(order, ElementsAre(1, 2, 3, 4));
}

TEST(FutureFaults, F4_CallbacksOfEightThreadsRunOnceEach) {
  const std::int64_t rounds = repeat(2'000);
  constexpr int kThreads = 8;
  std::vector<Future<int>> futures(static_cast<std::size_t>(rounds));
  std::vector<std::atomic<int>> calls(static_cast<std::size_t>(rounds));
  Parties parties(kThreads + 1, [&](int which) {
    for (std::size_t i = 0; i < futures.size(); ++i) {
      if (which == kThreads) {
        futures[i].set_result(1);
      } else {
        futures[i].add_done_callback([&calls, i](const Future<int>& done) { calls[i].fetch_add(done.result()); });
      }
    }
  });
  parties.join();
  for (std::size_t i = 0; i < futures.size(); ++i) ASSERT_EQ(calls[i].load(), kThreads) << i;
}

// ---- F5 ----

TEST(FutureFaults, F5_CancelledAndNegativeTimeouts) {
  Future<int> future;
  EXPECT_THROW(static_cast<void>(future.result(-1)), TimeoutError);
  EXPECT_THROW(static_cast<void>(future.exception(-1)), TimeoutError);
  future.cancel();
  EXPECT_THROW(static_cast<void>(future.result()), CancelledError);
  EXPECT_THROW(static_cast<void>(future.result(-1)), CancelledError);
  EXPECT_THROW(static_cast<void>(future.exception(-1)), CancelledError);
}

// ---- F6: wait and as_completed ----

TEST(FutureFaults, F6_DuplicatesTimeoutsAndNothing) {
  Future<int> pending;
  int given = 0;
  EXPECT_EQ(text_of<TimeoutError>([&] {
              for ([[maybe_unused]] auto& done : as_completed(std::vector{pending, pending}, 0.01)) ++given;
            }),
            "1 (of 1) futures unfinished");
  for ([[maybe_unused]] auto& done : as_completed(std::vector<Future<int>>{})) ++given;
  EXPECT_EQ(given, 0);
  EXPECT_EQ(wait(std::vector{pending, pending}, 0).not_done.size(), 1U);
  EXPECT_THAT(wait(std::vector<Future<int>>{}).done, IsEmpty());
  pending.set_result(1);
  for ([[maybe_unused]] auto& done : as_completed(std::vector{pending, pending})) ++given;
  EXPECT_EQ(given, 1);
}

TEST(FutureFaults, F6_FuturesThatEndDuringTheSetUpAreGivenOnce) {
  const std::int64_t rounds = repeat(2'000);
  ThreadPoolExecutor executor(2);
  for (std::int64_t round = 0; round < rounds; ++round) {
    std::vector<Future<int>> all;
    for (int i = 0; i < 8; ++i) all.push_back(executor.submit([i] { return 1 << i; }));
    int sum = 0;
    for (auto& done : as_completed(all, 20)) sum += done.result();
    ASSERT_EQ(sum, 255);
    ASSERT_EQ(wait(all, 20).done.size(), 8U);
  }
}

TEST(FutureFaults, F6_NoMoreResultsLiveThanAreInFlight) {
  constexpr int kAll = 1'000;
  std::atomic<int> alive{0};
  ThreadPoolExecutor executor(2);
  auto range = as_completed([&] {
    std::vector<Future<Counted>> all;
    for (int i = 0; i < kAll; ++i) all.push_back(executor.submit([&] { return Counted(alive); }));
    return all;
  }());
  executor.shutdown();
  EXPECT_EQ(alive.load(), kAll);
  int in_flight = kAll;
  for ([[maybe_unused]] auto& done : range) {
    ASSERT_LE(alive.load(), in_flight);
    --in_flight;
  }
  EXPECT_EQ(in_flight, 0);
  EXPECT_EQ(alive.load(), 0);
}

// ---- F13: a task that is dropped ----

TEST(FutureFaults, F13_ATaskThatIsDroppedBreaksItsFuture) {
  Later executor;
  std::atomic<int> alive{0};
  std::vector<Future<void>> futures;
  for (int i = 0; i < 10; ++i) futures.push_back(executor.submit([kept = Counted(alive)] {}));
  std::atomic<int> broken{0};
  Party waiter([&] {
    for (auto& future : futures) {
      try {
        future.result(5);
      } catch (const BrokenExecutor&) {
        broken.fetch_add(1);
      }
    }
  });
  Party all([&] { EXPECT_EQ(wait(futures, 5).done.size(), 10U); });
  ASSERT_TRUE(waiter.blocks());
  ASSERT_TRUE(all.blocks());
  executor.kept.clear();
  waiter.join();
  EXPECT_EQ(broken.load(), 10);
  EXPECT_EQ(alive.load(), 0);
}

// ---- F15: an empty handle ----

TEST(FutureFaults, F15_AHandleThatWasMovedFromIsAnError) {
  ThreadPoolExecutor executor(1);
  auto future = executor.submit([] { return 7; });
  auto moved = std::move(future);
  // NOLINTBEGIN(bugprone-use-after-move)
  EXPECT_THROW(static_cast<void>(future.result()), RuntimeError);
  EXPECT_THROW(static_cast<void>(future.done()), RuntimeError);
  EXPECT_THROW(future.cancel(), RuntimeError);
  EXPECT_THROW(wait(future, moved), RuntimeError);
  EXPECT_THROW(as_completed(std::vector{moved, future}), RuntimeError);
  // NOLINTEND(bugprone-use-after-move)
  EXPECT_EQ(moved.result(), 7);
}

}  // namespace
}  // namespace skein
