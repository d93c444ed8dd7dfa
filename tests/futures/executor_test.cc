// Executor as users derive from it: submit, shutdown and what becomes of a WorkItem.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/futures.h>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "futures/executors.h"
#include "futures/helpers.h"
#include "testing/party.h"

namespace skein {
namespace {

using futures::AnyFuture;
using futures::BrokenExecutor;
using futures::CancelledError;
using futures::Executor;
using futures::Future;
using futures::WorkItem;
using testing::Counted;
using ::testing::ElementsAre;
using testing::Inline;
using testing::int_of;
using ::testing::IsEmpty;
using testing::Later;
using testing::Party;
using testing::Reports;
using testing::text_of;

// ---- submit ----

TEST(ExecutorTest, AUsersOwnRunsWhatIsSubmitted) {
  Inline executor;
  Executor& any = executor;
  EXPECT_EQ(any.submit([](int a, int b) { return a + b; }, 3, 4).result(), 7);
  int called = 0;
  any.submit([&] { ++called; }).result();
  EXPECT_EQ(called, 1);
  EXPECT_EQ(any.submit(&std::string::size, std::string("four")).result(), 4U);
  EXPECT_EQ(int_of([&] { any.submit([] { throw 5; }).result(); }), 5);
}

TEST(ExecutorTest, ArgumentsAreCopiedAndReferencesTravelAsRef) {
  Later executor;
  int value = 1;
  auto copied = executor.submit([](int& x) { return &x; }, std::ref(value));
  auto by_value = executor.submit([](int x) { return x; }, value);
  auto moved = executor.submit([](std::unique_ptr<int> x) { return x; }, std::make_unique<int>(7));
  auto reference = executor.submit([](int& x) -> int& { return x; }, std::ref(value));
  static_assert(std::is_same_v<decltype(reference), Future<int&>>);
  value = 2;
  executor.run_all();
  EXPECT_EQ(copied.result(), &value);
  EXPECT_EQ(by_value.result(), 1);
  EXPECT_EQ(*moved.result(), 7);
  EXPECT_EQ(&reference.result(), &value);
}

TEST(ExecutorTest, ACallableThatTakesAStopTokenGetsOne) {
  Inline executor;
  EXPECT_TRUE(
      executor.submit([](const std::stop_token& token, int x) { return token.stop_possible() && x == 2; }, 2).result());
  struct Both {
    int operator()() const { return 1; }
    int operator()(const std::stop_token& /*token*/) const { return 2; }
  };
  EXPECT_EQ(executor.submit(Both()).result(), 2);
}

TEST(ExecutorTest, CancelOfARunningTaskTripsItsToken) {
  Inline executor;
  std::optional<AnyFuture> own;
  Later later;
  auto future = later.submit([&](const std::stop_token& token) {
    EXPECT_FALSE(token.stop_requested());
    EXPECT_TRUE(own->running());
    EXPECT_FALSE(own->cancel());
    return token.stop_requested();
  });
  own = future;
  later.run_all();
  EXPECT_TRUE(future.result());
}

TEST(ExecutorTest, OnlyTheTaskSetsTheOutcomeOfOneThatRuns) {
  Later executor;
  std::optional<Future<int>> own;
  own = executor.submit([&] {
    EXPECT_THROW(own->set_result(1), futures::InvalidStateError);
    EXPECT_THROW(own->set_exception(1), futures::InvalidStateError);
    EXPECT_THROW(own->set_running_or_notify_cancel(), RuntimeError);
    return 2;
  });
  executor.run_all();
  EXPECT_EQ(own->result(), 2);
}

TEST(ExecutorTest, ATaskWhoseOutcomeWasSetBeforeIsNotRun) {
  Later executor;
  std::atomic<int> alive{0};
  int ran = 0;
  auto future = executor.submit([&ran, kept = Counted(alive)] { return ++ran; });
  future.set_result(9);
  executor.run_all();
  EXPECT_EQ(future.result(), 9);
  EXPECT_EQ(ran, 0);
  EXPECT_EQ(alive.load(), 0);
}

TEST(ExecutorTest, ACancelledTaskIsNotRunAndWhoWaitsIsTold) {
  Later executor;
  std::atomic<int> alive{0};
  int ran = 0;
  auto future = executor.submit([&ran, kept = Counted(alive)] { ++ran; });
  EXPECT_TRUE(future.cancel());
  EXPECT_THAT(futures::wait(futures::WaitOptions{.timeout = 0}, future).done, IsEmpty());
  executor.run_all();
  EXPECT_THAT(futures::wait(future).done, ElementsAre(future));
  EXPECT_THROW(future.result(), CancelledError);
  EXPECT_EQ(ran, 0);
  EXPECT_EQ(alive.load(), 0);
}

TEST(ExecutorTest, ShutdownTakesPythonsArguments) {
  Inline executor;
  Executor& any = executor;
  any.shutdown();
  EXPECT_TRUE(executor.last.wait);
  EXPECT_FALSE(executor.last.cancel_futures);
  any.shutdown(false);
  EXPECT_FALSE(executor.last.wait);
  any.shutdown({.wait = false, .cancel_futures = true});
  EXPECT_FALSE(executor.last.wait);
  EXPECT_TRUE(executor.last.cancel_futures);
}

TEST(ExecutorTest, SubmitThrowsWhatExecuteThrows) {
  const Reports reports;
  Inline executor;
  executor.shutdown();
  std::atomic<int> alive{0};
  EXPECT_EQ(text_of<RuntimeError>([&] { executor.submit([kept = Counted(alive)] {}); }),
            "cannot schedule new futures after shutdown");
  EXPECT_EQ(alive.load(), 0);
}

// It has thrown that at the caller; nobody else is to hear of it.
TEST(ExecutorTest, ASubmitThatThrowsReportsNothing) {
  const Reports reports;
  Inline executor;
  executor.shutdown();
  EXPECT_THROW(executor.submit([] {}), RuntimeError);
  EXPECT_EQ(reports.size(), 0U) << reports.at(0).message;
}

// ---- WorkItem ----

TEST(WorkItemTest, OneThatIsDroppedEndsItsFuture) {
  Later executor;
  std::atomic<int> alive{0};
  int called = 0;
  auto future = executor.submit([kept = Counted(alive)] { return 1; });
  future.add_done_callback([&](const Future<int>& done) { called += done.exception() != nullptr ? 1 : 0; });
  std::atomic<bool> told{false};
  Party waiter([&] {
    EXPECT_THROW(static_cast<void>(future.result()), BrokenExecutor);
    told.store(true);
  });
  ASSERT_TRUE(waiter.blocks());
  executor.kept.clear();
  waiter.join();
  EXPECT_TRUE(told.load());
  EXPECT_EQ(called, 1);
  EXPECT_EQ(alive.load(), 0);
  EXPECT_FALSE(future.cancel());
  EXPECT_EQ(text_of<BrokenExecutor>([&] { static_cast<void>(future.result()); }),
            "the executor dropped the task without running it");
}

TEST(WorkItemTest, OneThatIsDroppedLeavesACancelledFutureCancelled) {
  Later executor;
  std::atomic<int> alive{0};
  auto future = executor.submit([kept = Counted(alive)] { return 1; });
  future.cancel();
  executor.kept.clear();
  EXPECT_THROW(static_cast<void>(future.result()), CancelledError);
  EXPECT_EQ(alive.load(), 0);
  EXPECT_THAT(futures::wait(future).done, ElementsAre(future));
}

TEST(WorkItemTest, AssigningDropsWhatWasThere) {
  Later executor;
  auto first = executor.submit([] { return 1; });
  auto second = executor.submit([] { return 2; });
  WorkItem& item = executor.kept.front();
  EXPECT_EQ(item.future(), first);
  item = std::move(executor.kept.back());
  EXPECT_THROW(static_cast<void>(first.result(0)), BrokenExecutor);
  EXPECT_EQ(item.future(), second);
  EXPECT_FALSE(second.done());
  WorkItem& same = item;
  item = std::move(same);
  EXPECT_FALSE(second.done());
  item.run();
  EXPECT_EQ(second.result(), 2);
}

TEST(WorkItemTest, RunsOnce) {
  Later executor;
  int ran = 0;
  auto future = executor.submit([&] { return ++ran; });
  WorkItem item = std::move(executor.kept.front());
  executor.kept.front().run();  // Moved from: nothing.
  EXPECT_FALSE(future.done());
  item.run();
  item.run();
  EXPECT_EQ(future.result(), 1);
  EXPECT_EQ(ran, 1);
}

TEST(WorkItemTest, ReleasesTheCallableBeforeTheOutcomeIsSeen) {
  Later executor;
  std::atomic<int> alive{0};
  std::vector<int> seen;
  auto future =
      executor.submit([kept = Counted(alive)](const Counted& argument) { return argument.value; }, Counted(alive, 3));
  future.add_done_callback([&](const Future<int>&) { seen.push_back(alive.load()); });
  EXPECT_EQ(alive.load(), 2);
  executor.run_all();
  EXPECT_THAT(seen, ElementsAre(0));
  EXPECT_EQ(future.result(), 3);
}

}  // namespace
}  // namespace skein
