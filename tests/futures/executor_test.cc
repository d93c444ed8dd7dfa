// Executor as users derive from it: submit, map and what becomes of a WorkItem.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/futures.h>
#include <skein/threading.h>

#include <atomic>
#include <cstddef>
#include <deque>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <ranges>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "futures/helpers.h"
#include "testing/party.h"

namespace skein {
namespace {

using futures::AnyFuture;
using futures::BrokenExecutor;
using futures::CancelledError;
using futures::Executor;
using futures::Future;
using futures::MapOptions;
using futures::ThreadPoolExecutor;
using futures::WorkItem;
using testing::Counted;
using ::testing::ElementsAre;
using testing::int_of;
using ::testing::IsEmpty;
using testing::now;
using testing::Party;
using testing::Reports;
using testing::text_of;

// Runs everything at once, in the calling thread.
class Inline : public Executor {
 public:
  using Executor::shutdown;
  void shutdown(ShutdownOptions options) override {
    shut = true;
    last = options;
  }
  int executed = 0;
  bool shut = false;
  ShutdownOptions last = {};

 protected:
  void execute(WorkItem item) override {
    if (shut) throw RuntimeError("cannot schedule new futures after shutdown");
    ++executed;
    item.run();
  }
};

// Keeps everything until it is told to run it.
class Later : public Executor {
 public:
  using Executor::shutdown;
  void shutdown(ShutdownOptions /*options*/) override {
    shut = true;
    kept.clear();
  }
  void run_one() {
    WorkItem item = std::move(kept.front());
    kept.pop_front();
    item.run();
  }
  void run_all() {
    while (!kept.empty()) run_one();
  }
  // What is kept and has not been cancelled.
  [[nodiscard]] int waiting() const {
    int count = 0;
    for (const WorkItem& item : kept) count += item.future().done() ? 0 : 1;
    return count;
  }
  std::deque<WorkItem> kept;
  bool shut = false;

 protected:
  void execute(WorkItem item) override {
    if (shut) throw RuntimeError("cannot schedule new futures after shutdown");
    kept.push_back(std::move(item));
  }
};

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

// ---- map ----

template <class Results>
auto all_of(Results results) {
  std::vector<typename std::ranges::range_value_t<Results>> all;
  for (auto& result : results) all.push_back(std::move(result));
  return all;
}

TEST(MapTest, GivesTheResultsInTheOrderOfTheArguments) {
  ThreadPoolExecutor executor(4);
  const std::vector<int> numbers{1, 2, 3, 4, 5};
  EXPECT_THAT(all_of(executor.map([](int x) { return x * x; }, numbers)), ElementsAre(1, 4, 9, 16, 25));
}

TEST(MapTest, EndsWithTheShortestRange) {
  Inline executor;
  const auto results = all_of(
      executor.map([](int a, const std::string& b, double c) { return b + std::to_string(a + static_cast<int>(c)); },
                   std::views::iota(1), std::vector<std::string>{"a", "b", "c"}, std::vector<double>{10, 20}));
  EXPECT_THAT(results, ElementsAre("a11", "b22"));
  EXPECT_EQ(executor.executed, 2);
}

TEST(MapTest, OfNothingIsNothing) {
  Inline executor;
  EXPECT_THAT(all_of(executor.map([](int x) { return x; }, std::vector<int>{})), IsEmpty());
  EXPECT_THAT(
      all_of(executor.map({.chunksize = 3, .buffersize = 2}, [](int x) { return x; }, std::vector<int>{})), IsEmpty());
  EXPECT_EQ(executor.executed, 0);
}

TEST(MapTest, IsAnInputRange) {
  Inline executor;
  auto results = executor.map([](int x) { return x; }, std::views::iota(0, 3));
  static_assert(std::ranges::input_range<decltype(results)>);
  std::vector<int> seen;
  for (const int result : results | std::views::transform([](int x) { return x + 1; })) seen.push_back(result);
  EXPECT_THAT(seen, ElementsAre(1, 2, 3));
  EXPECT_TRUE(results.begin() == results.end());
}

TEST(MapTest, SubmitsAllAtOnceUnlessABufferIsAskedFor) {
  Later executor;
  {
    auto results = executor.map([](int x) { return x; }, std::views::iota(0, 10));
    EXPECT_EQ(executor.kept.size(), 10U);
  }
  executor.run_all();
}

TEST(MapTest, ResultsMayBeBoolsVoidReferencesAndMoveOnly) {
  Inline executor;
  std::vector<bool> bools;
  for (const bool odd : executor.map({.chunksize = 2}, [](int x) { return x % 2 == 1; }, std::views::iota(0, 3))) {
    bools.push_back(odd);
  }
  EXPECT_THAT(bools, ElementsAre(false, true, false));

  int called = 0;
  int given = 0;
  for ([[maybe_unused]] auto& nothing : executor.map([&](int x) { called += x; }, std::vector<int>{1, 2, 4})) ++given;
  EXPECT_EQ(called, 7);
  EXPECT_EQ(given, 3);

  std::vector<int> numbers{1, 2, 3};
  for (int& number : executor.map([&](std::size_t i) -> int& { return numbers[i]; },
                                  std::views::iota(std::size_t{0}, numbers.size()))) {
    number *= 2;
  }
  EXPECT_THAT(numbers, ElementsAre(2, 4, 6));

  std::vector<std::unique_ptr<int>> owned;
  for (auto& pointer : executor.map([](int x) { return std::make_unique<int>(x); }, std::vector<int>{5})) {
    owned.push_back(std::move(pointer));
  }
  EXPECT_EQ(*owned.at(0), 5);
}

TEST(MapTest, OptionsThatMakeNoSenseAreErrors) {
  Inline executor;
  const auto run = [&](const MapOptions& options) {
    return text_of<ValueError>(
        [&] { static_cast<void>(executor.map(options, [](int x) { return x; }, std::vector{1})); });
  };
  EXPECT_EQ(run({.chunksize = 0}), "chunksize must be >= 1.");
  EXPECT_EQ(run({.chunksize = -1}), "chunksize must be >= 1.");
  EXPECT_EQ(run({.buffersize = 0}), "buffersize must be None or > 0");
  EXPECT_EQ(run({.buffersize = -5}), "buffersize must be None or > 0");
  EXPECT_EQ(executor.executed, 0);
  EXPECT_THROW(static_cast<void>(executor.map(
                   {.timeout = std::numeric_limits<double>::quiet_NaN()}, [](int x) { return x; }, std::vector{1})),
               ValueError);
}

TEST(MapTest, ChunksOfCallsGoIntoOneTask) {
  Inline executor;
  EXPECT_THAT(all_of(executor.map(
                  {.chunksize = 4}, [](int x) { return x; }, std::views::iota(0, 10))),
              ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
  EXPECT_EQ(executor.executed, 3);
  EXPECT_EQ(all_of(executor.map({.chunksize = 1000}, [](int x) { return x; }, std::views::iota(0, 10))).size(), 10U);
  EXPECT_EQ(executor.executed, 4);
}

TEST(MapTest, WhatACallThrowsComesInItsPlaceAndCancelsTheRest) {
  for (const std::int64_t chunksize : {1, 3}) {
    Later executor;
    auto results = executor.map(
        {.chunksize = chunksize},
        [](int x) {
          if (x == 1) throw 7;
          return x;
        },
        std::views::iota(0, 9));
    const std::size_t tasks = executor.kept.size();
    EXPECT_EQ(tasks, static_cast<std::size_t>(9 / chunksize));
    executor.run_one();
    if (chunksize == 1) executor.run_one();
    auto it = results.begin();
    EXPECT_EQ(*it, 0);
    EXPECT_EQ(int_of([&] { ++it; }), 7);
    EXPECT_EQ(executor.waiting(), 0);
    EXPECT_TRUE(it == results.end());
    EXPECT_TRUE(results.begin() == results.end());
  }
}

TEST(MapTest, TheTimeoutCountsFromTheCallOfMap) {
  Later executor;
  const double begin = now();
  auto results = executor.map({.timeout = 0.05}, [](int x) { return x; }, std::views::iota(0, 3));
  executor.run_one();
  auto it = results.begin();
  EXPECT_EQ(*it, 0);
  EXPECT_THROW(++it, TimeoutError);
  EXPECT_GE(now() - begin, 0.05);
  EXPECT_LT(now() - begin, 10);
  EXPECT_EQ(executor.waiting(), 0);
  EXPECT_TRUE(results.begin() == results.end());
}

TEST(MapTest, AResultThatIsThereIsGivenThoughTheTimeIsOver) {
  Inline executor;
  EXPECT_THAT(
      all_of(executor.map({.timeout = -1}, [](int x) { return x; }, std::views::iota(0, 3))), ElementsAre(0, 1, 2));
  EXPECT_THAT(
      all_of(executor.map(
          {.timeout = std::numeric_limits<double>::infinity()}, [](int x) { return x; }, std::views::iota(0, 3))),
      ElementsAre(0, 1, 2));
}

TEST(MapTest, AbandonedIterationCancelsWhatHasNotBegun) {
  Later executor;
  {
    auto results = executor.map([](int x) { return x; }, std::views::iota(0, 5));
    executor.run_one();
    EXPECT_EQ(*results.begin(), 0);
    EXPECT_EQ(executor.waiting(), 4);
  }
  EXPECT_EQ(executor.waiting(), 0);
}

TEST(MapTest, NeverIteratedItCancelsNothing) {
  Later executor;
  int ran = 0;
  static_cast<void>(executor.map([&](int x) { ran += x; }, std::views::iota(0, 5)));
  EXPECT_EQ(executor.waiting(), 5);
  executor.run_all();
  EXPECT_EQ(ran, 10);
}

TEST(MapTest, MayBeMovedBeforeIteration) {
  Later executor;
  auto results = executor.map({.buffersize = 1}, [](int x) { return x; }, std::views::iota(0, 3));
  auto moved = std::move(results);
  executor.run_all();
  EXPECT_EQ(*moved.begin(), 0);
  EXPECT_EQ(executor.kept.size(), 1U);
}

TEST(MapTest, ABufferIsNeverExceeded) {
  for (const std::int64_t buffersize : {1, 2, 5}) {
    Inline own;
    futures::Executor& executor = own;
    int called = 0;
    int taken = 0;
    auto results = executor.map(
        {.buffersize = buffersize},
        [&](int x) {
          ++called;
          return x;
        },
        std::views::iota(0));
    EXPECT_EQ(called, buffersize);
    for (const int result : results) {
      EXPECT_EQ(result, taken);
      ++taken;
      EXPECT_EQ(called, taken + buffersize);
      if (taken == 20) break;
    }
  }
}

// The pull from the ranges is as lazy as the submits are.
TEST(MapTest, ABufferReadsNoFurtherThanItSubmits) {
  Inline executor;
  int read = 0;
  auto numbers = std::views::iota(0) | std::views::transform([&](int x) {
                   ++read;
                   return x;
                 });
  auto results = executor.map({.chunksize = 3, .buffersize = 2}, [](int x) { return x; }, numbers);
  EXPECT_EQ(read, 6);
  auto it = results.begin();
  EXPECT_EQ(read, 9);
  ++it;
  ++it;
  EXPECT_EQ(read, 9);
  ++it;
  EXPECT_EQ(read, 12);
  EXPECT_EQ(*it, 3);
}

TEST(MapTest, ABufferOfManyWorkersIsNeverExceeded) {
  ThreadPoolExecutor executor(4);
  std::atomic<int> begun{0};
  int taken = 0;
  for (const int result : executor.map(
           {.buffersize = 3},
           [&](int x) {
             begun.fetch_add(1);
             return x;
           },
           std::views::iota(0))) {
    EXPECT_EQ(result, taken);
    ++taken;
    EXPECT_LE(begun.load(), taken + 3);
    if (taken == 2000) break;
  }
}

TEST(MapTest, ABufferEndsWithItsExecutor) {
  auto executor = std::make_unique<Inline>();
  auto results = executor->map({.buffersize = 2}, [](int x) { return x; }, std::views::iota(0));
  executor.reset();
  EXPECT_THAT(all_of(std::move(results)), ElementsAre(0, 1));
}

TEST(MapTest, ElementsAreCopiedAndRangesGivenAsRvaluesAreKept) {
  Later executor;
  std::vector<std::string> words{"a", "b"};
  auto results = executor.map([](std::string word) { return word + "!"; }, words);
  words.assign(2, "x");
  auto kept = executor.map(
      {.buffersize = 1}, [](const std::string& word) { return word; },
      std::vector<std::string>{"long enough to be allocated somewhere", "c"});
  executor.run_all();
  EXPECT_THAT(all_of(std::move(results)), ElementsAre("a!", "b!"));
  auto it = kept.begin();
  executor.run_all();
  ++it;
  EXPECT_EQ(*it, "c");
}

TEST(MapTest, ReleasesResultsAsTheyAreTaken) {
  Inline executor;
  std::atomic<int> alive{0};
  auto results = executor.map([&](int x) { return std::make_shared<Counted>(alive, x); }, std::views::iota(0, 10));
  EXPECT_EQ(alive.load(), 10);
  int taken = 0;
  for ([[maybe_unused]] auto& result : results) {
    EXPECT_EQ(alive.load(), 10 - taken);
    ++taken;
  }
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

}  // namespace
}  // namespace skein
