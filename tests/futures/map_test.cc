// Executor::map: order, chunks, buffers, timeouts, failures, and what is cancelled when nobody wants the rest.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/futures.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <list>
#include <memory>
#include <numeric>
#include <ranges>
#include <string>
#include <utility>
#include <vector>

#include "futures/executors.h"
#include "futures/helpers.h"
#include "testing/party.h"

namespace skein {
namespace {

using futures::MapOptions;
using futures::ThreadPoolExecutor;
using testing::Counted;
using ::testing::ElementsAre;
using testing::Inline;
using testing::int_of;
using ::testing::IsEmpty;
using testing::Later;
using testing::now;
using testing::text_of;

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

TEST(MapTest, ChunksTakeArraysAndOtherRangesAlike) {
  futures::ThreadPoolExecutor executor(2);
  std::vector<int> numbers(10);
  std::iota(numbers.begin(), numbers.end(), 0);
  const std::list<int> list(numbers.begin(), numbers.end());
  const auto plus = [](int x) { return x + 1; };
  for (const std::int64_t chunksize : {1, 3, 5, 10, 11}) {
    for (const std::int64_t buffersize : {1, 2, 20}) {
      const futures::MapOptions options{.chunksize = chunksize, .buffersize = buffersize};
      int next = 1;
      for (const int result : executor.map(options, plus, numbers)) EXPECT_EQ(result, next++);
      for (const int result : executor.map(options, plus, list)) EXPECT_EQ(result, next++ - 10);
      EXPECT_EQ(next, 21);
    }
  }
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

}  // namespace
}  // namespace skein
