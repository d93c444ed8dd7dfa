// wait and as_completed over futures that the test ends itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/futures.h>
#include <skein/threading.h>

#include <atomic>
#include <cstddef>
#include <limits>
#include <list>
#include <ranges>
#include <string>
#include <utility>
#include <vector>

#include "futures/helpers.h"
#include "testing/party.h"

namespace skein {
namespace {

using futures::ALL_COMPLETED;
using futures::AnyFuture;
using futures::as_completed;
using futures::FIRST_COMPLETED;
using futures::FIRST_EXCEPTION;
using futures::Future;
using futures::ReturnWhen;
using futures::wait;
using futures::WaitOptions;
using testing::Counted;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::now;
using testing::Party;
using testing::text_of;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Reads the failure, so that nobody reports it.
template <class T>
void fail(Future<T>& future) {
  future.set_exception(1);
  static_cast<void>(future.exception());
}

// ---- wait ----

TEST(WaitTest, ReturnsAtOnceWhenAllAreDone) {
  std::vector<Future<int>> all(3);
  for (auto& future : all) future.set_result(1);
  for (const ReturnWhen when : {ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION}) {
    const auto [done, not_done] = wait(all, None, when);
    EXPECT_EQ(done, all);
    EXPECT_THAT(not_done, IsEmpty());
  }
}

TEST(WaitTest, ForNothingReturnsAtOnce) {
  for (const ReturnWhen when : {ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION}) {
    const auto [done, not_done] = wait(std::vector<Future<int>>{}, {.return_when = when});
    EXPECT_THAT(done, IsEmpty());
    EXPECT_THAT(not_done, IsEmpty());
  }
}

TEST(WaitTest, AllCompletedWaitsForTheLast) {
  std::vector<Future<int>> all(3);
  std::atomic<std::size_t> seen{0};
  Party waiter([&] { seen.store(wait(all).done.size()); });
  ASSERT_TRUE(waiter.blocks());
  all[2].set_result(1);
  fail(all[0]);
  ASSERT_TRUE(waiter.blocks());
  all[1].set_result(1);
  waiter.join();
  EXPECT_EQ(seen.load(), 3U);
}

TEST(WaitTest, FirstCompletedWaitsForOne) {
  std::vector<Future<int>> all(3);
  Party waiter([&] {
    const auto [done, not_done] = wait(all, {.return_when = FIRST_COMPLETED});
    EXPECT_THAT(done, ElementsAre(all[1]));
    EXPECT_THAT(not_done, ElementsAre(all[0], all[2]));
  });
  ASSERT_TRUE(waiter.blocks());
  all[1].set_result(1);
  waiter.join();
  EXPECT_THAT(wait(all, {.return_when = FIRST_COMPLETED}).done, ElementsAre(all[1]));
}

TEST(WaitTest, FirstExceptionWaitsForAFailure) {
  std::vector<Future<int>> all(4);
  Party waiter([&] {
    const auto [done, not_done] = wait(all, {.return_when = FIRST_EXCEPTION});
    EXPECT_THAT(done, ElementsAre(all[0], all[3]));
    EXPECT_THAT(not_done, ElementsAre(all[1], all[2]));
  });
  ASSERT_TRUE(waiter.blocks());
  all[0].set_result(1);
  ASSERT_TRUE(waiter.blocks());
  fail(all[3]);
  waiter.join();
  EXPECT_THAT(wait(all, {.return_when = FIRST_EXCEPTION}).not_done, ElementsAre(all[1], all[2]));
}

TEST(WaitTest, FirstExceptionIsMetWhenAllAreDoneToo) {
  std::vector<Future<int>> all(2);
  Party waiter([&] { EXPECT_EQ(wait(all, {.return_when = FIRST_EXCEPTION}).done, all); });
  ASSERT_TRUE(waiter.blocks());
  all[0].set_result(1);
  all[1].set_result(1);
}

TEST(WaitTest, ACancelIsNoExceptionAndCountsOnceItsExecutorHasNoticed) {
  std::vector<Future<int>> all(3);
  all[0].cancel();
  EXPECT_THAT(wait(all, 0).done, IsEmpty());
  EXPECT_THAT(wait(all, 0, FIRST_COMPLETED).done, IsEmpty());
  std::atomic<std::size_t> seen{0};
  Party first([&] { seen.fetch_add(wait(all, None, FIRST_COMPLETED).done.size()); });
  Party failure([&] { seen.fetch_add(10 * wait(all, None, FIRST_EXCEPTION).done.size()); });
  ASSERT_TRUE(first.blocks());
  ASSERT_TRUE(failure.blocks());
  EXPECT_FALSE(all[0].set_running_or_notify_cancel());
  first.join();
  EXPECT_EQ(seen.load(), 1U);
  ASSERT_TRUE(failure.blocks());
  fail(all[1]);
  failure.join();
  EXPECT_EQ(seen.load(), 21U);
}

TEST(WaitTest, KeepsTheOrderOfTheCall) {
  std::vector<Future<int>> all(6);
  for (const std::size_t i : {5U, 1U, 3U}) all[i].set_result(1);
  const auto [done, not_done] = wait(all, 0);
  EXPECT_THAT(done, ElementsAre(all[1], all[3], all[5]));
  EXPECT_THAT(not_done, ElementsAre(all[0], all[2], all[4]));
}

TEST(WaitTest, DuplicatesCountOnce) {
  Future<int> a;
  Future<int> b;
  std::vector<Future<int>> all{a, b, a, a, b};
  Party waiter([&] { EXPECT_THAT(wait(all).done, ElementsAre(a, b)); });
  ASSERT_TRUE(waiter.blocks());
  b.set_result(1);
  EXPECT_THAT(wait(all, 0).done, ElementsAre(b));
  EXPECT_THAT(wait(all, 0).not_done, ElementsAre(a));
  ASSERT_TRUE(waiter.blocks());
  a.set_result(1);
}

TEST(WaitTest, TakesAnyRangeAndPacks) {
  Future<int> a;
  Future<int> b;
  a.set_result(1);
  b.set_result(1);
  EXPECT_EQ(wait(std::list<Future<int>>{a, b}).done.size(), 2U);
  const std::vector<Future<int>> constant{a, b};
  EXPECT_EQ(wait(constant).done.size(), 2U);
  EXPECT_EQ(wait(constant | std::views::filter([&](const Future<int>& future) { return future == b; })).done.size(),
            1U);
  const auto same = wait(a, b);
  static_assert(std::is_same_v<decltype(same.done), std::vector<Future<int>>>);
  EXPECT_THAT(same.done, ElementsAre(a, b));
}

TEST(WaitTest, OfDifferentTypesGivesAnyFuture) {
  Future<int> number;
  Future<std::string> text;
  Future<void> nothing;
  text.set_result("x");
  const auto [done, not_done] = wait({.timeout = 0}, number, text, nothing);
  static_assert(std::is_same_v<decltype(done), const std::vector<AnyFuture>>);
  EXPECT_THAT(done, ElementsAre(AnyFuture(text)));
  EXPECT_THAT(not_done, ElementsAre(AnyFuture(number), AnyFuture(nothing)));
  EXPECT_EQ(done[0].get<std::string>().result(), "x");
  EXPECT_EQ(wait({.return_when = FIRST_COMPLETED}, number, text, AnyFuture(nothing)).done.size(), 1U);
}

TEST(WaitTest, TimeoutsAreKept) {
  std::vector<Future<int>> all(2);
  all[0].set_result(1);
  for (const double seconds : {0.001, 0.05}) {
    const double begin = now();
    const auto [done, not_done] = wait(all, seconds);
    EXPECT_GE(now() - begin, seconds);
    EXPECT_LT(now() - begin, seconds + 10);
    EXPECT_THAT(done, ElementsAre(all[0]));
    EXPECT_THAT(not_done, ElementsAre(all[1]));
  }
  const double begin = now();
  for (const double seconds : {0.0, -1.0, -kInfinity}) EXPECT_EQ(wait(all, seconds).done.size(), 1U);
  EXPECT_LT(now() - begin, 5);
  EXPECT_THROW(wait(all, kNaN), ValueError);
  EXPECT_THROW(wait(WaitOptions{.timeout = kNaN}, all[0]), ValueError);
}

TEST(WaitTest, AnInfiniteTimeoutIsNone) {
  std::vector<Future<int>> all(1);
  Party waiter([&] { EXPECT_EQ(wait(all, kInfinity).done.size(), 1U); });
  ASSERT_TRUE(waiter.blocks());
  all[0].set_result(1);
}

TEST(WaitTest, LeavesNothingBehind) {
  std::atomic<int> alive{0};
  {
    std::vector<Future<Counted>> all(2);
    all[0].set_result(Counted(alive));
    for (int i = 0; i < 100; ++i) static_cast<void>(wait(all, 0));
    all[1].set_result(Counted(alive));
  }
  EXPECT_EQ(alive.load(), 0);
}

// ---- as_completed ----

TEST(AsCompletedTest, GivesThemInTheOrderOfTheirEnds) {
  std::vector<Future<int>> all(3);
  std::vector<int> seen;
  threading::Semaphore turn(0);
  Party waiter([&] {
    for (auto& done : as_completed(all)) {
      seen.push_back(done.result());
      turn.release();
    }
  });
  ASSERT_TRUE(waiter.blocks());
  for (const std::size_t i : {1U, 2U, 0U}) {
    all[i].set_result(static_cast<int>(i));
    turn.acquire();
  }
  waiter.join();
  EXPECT_THAT(seen, ElementsAre(1, 2, 0));
}

TEST(AsCompletedTest, SeveralEndsBetweenTwoLooksKeepTheirOrder) {
  std::vector<Future<int>> all(4);
  all[3].set_result(3);
  auto range = as_completed(all);
  std::vector<int> seen;
  auto it = range.begin();
  for (const std::size_t i : {2U, 0U, 1U}) all[i].set_result(static_cast<int>(i));
  for (; it != range.end(); ++it) seen.push_back(it->result());
  EXPECT_THAT(seen, ElementsAre(3, 2, 0, 1));
}

TEST(AsCompletedTest, OfNothingIsNothing) {
  int given = 0;
  for ([[maybe_unused]] auto& done : as_completed(std::vector<Future<int>>{})) ++given;
  for ([[maybe_unused]] auto& done : as_completed(std::vector<Future<int>>{}, 0)) ++given;
  EXPECT_EQ(given, 0);
}

TEST(AsCompletedTest, GivesDuplicatesOnce) {
  Future<int> a;
  Future<int> b;
  a.set_result(1);
  b.set_result(2);
  std::vector<Future<int>> seen;
  for (auto& done : as_completed(a, b, a, b, b)) seen.push_back(done);
  EXPECT_THAT(seen, ElementsAre(a, b));
}

TEST(AsCompletedTest, OfDifferentTypesGivesAnyFuture) {
  Future<int> number;
  Future<std::string> text;
  number.set_result(1);
  text.set_result("x");
  std::vector<AnyFuture> seen;
  for (auto& done : as_completed({.timeout = 10}, number, text)) {
    static_assert(std::is_same_v<decltype(done), AnyFuture&>);
    seen.push_back(done);
  }
  EXPECT_THAT(seen, ElementsAre(AnyFuture(number), AnyFuture(text)));
}

TEST(AsCompletedTest, SaysHowManyAreUnfinished) {
  std::vector<Future<int>> all(3);
  all[0].set_result(0);
  all[2].set_result(2);
  for (const double seconds : {0.05, 0.0, -1.0, -kInfinity}) {
    int given = 0;
    const double begin = now();
    EXPECT_EQ(text_of<TimeoutError>([&] {
                for ([[maybe_unused]] auto& done : as_completed(all, seconds)) ++given;
              }),
              "1 (of 3) futures unfinished");
    EXPECT_EQ(given, 2);
    EXPECT_GE(now() - begin, seconds);
    EXPECT_LT(now() - begin, 10);
  }
  const std::vector<Future<int>> pending(2);
  auto range = as_completed(pending, {.timeout = 0});
  EXPECT_EQ(text_of<TimeoutError>([&] { range.begin(); }), "2 (of 2) futures unfinished");
  EXPECT_THROW(as_completed(all, kNaN), ValueError);
}

TEST(AsCompletedTest, TheTimeoutCountsFromTheCall) {
  const std::vector<Future<int>> all(1);
  const double begin = now();
  auto range = as_completed(all, 0.05);
  EXPECT_THROW(static_cast<void>(all[0].result(0.05)), TimeoutError);
  const double iterates = now();
  EXPECT_THROW(range.begin(), TimeoutError);
  EXPECT_GE(now() - begin, 0.05);
  EXPECT_LT(now() - iterates, 10);
}

TEST(AsCompletedTest, GivesACancelledOneOnceItsExecutorHasNoticed) {
  std::vector<Future<int>> all(1);
  all[0].cancel();
  EXPECT_EQ(text_of<TimeoutError>([&] {
              for ([[maybe_unused]] auto& done : as_completed(all, 0)) ADD_FAILURE();
            }),
            "1 (of 1) futures unfinished");
  std::atomic<int> given{0};
  Party waiter([&] {
    for (auto& done : as_completed(all)) given.fetch_add(done.cancelled() ? 1 : 0);
  });
  ASSERT_TRUE(waiter.blocks());
  all[0].set_running_or_notify_cancel();
  waiter.join();
  EXPECT_EQ(given.load(), 1);
}

TEST(AsCompletedTest, ReleasesEachFutureAsItIsGiven) {
  std::atomic<int> alive{0};
  constexpr int kAll = 10;
  auto range = as_completed([&] {
    std::vector<Future<Counted>> all(kAll);
    for (auto& future : all) future.set_result(Counted(alive));
    return all;
  }());
  int given = 0;
  for ([[maybe_unused]] auto& done : range) {
    EXPECT_EQ(alive.load(), kAll - given);
    ++given;
  }
  EXPECT_EQ(given, kAll);
  EXPECT_EQ(alive.load(), 0);
}

TEST(AsCompletedTest, ReleasesThoseThatEndMeanwhileToo) {
  std::atomic<int> alive{0};
  std::vector<Future<Counted>> all(3);
  auto range = as_completed(all);
  all[0].set_result(Counted(alive));
  all[0] = Future<Counted>();
  auto it = range.begin();
  EXPECT_EQ(alive.load(), 1);
  all[1].set_result(Counted(alive));
  all[1] = Future<Counted>();
  EXPECT_EQ(alive.load(), 2);
  ++it;
  EXPECT_EQ(alive.load(), 1);
  all[2].set_result(Counted(alive));
  all[2] = Future<Counted>();
  ++it;
  EXPECT_EQ(alive.load(), 1);
  ++it;
  EXPECT_TRUE(it == range.end());
  EXPECT_EQ(alive.load(), 0);
}

TEST(AsCompletedTest, MayBeAbandonedAndMoved) {
  std::vector<Future<int>> all(3);
  all[1].set_result(1);
  {
    auto range = as_completed(all);
    auto moved = std::move(range);
    EXPECT_EQ(moved.begin()->result(), 1);
  }
  all[0].set_result(0);
  all[2].set_result(2);
  EXPECT_EQ(wait(all).done.size(), 3U);
}

TEST(AsCompletedTest, IsAnInputRange) {
  std::vector<Future<int>> all(2);
  all[0].set_result(1);
  all[1].set_result(2);
  auto range = as_completed(all);
  static_assert(std::ranges::input_range<decltype(range)>);
  int sum = 0;
  for (const int result : range | std::views::transform([](Future<int>& done) { return done.result(); })) sum += result;
  EXPECT_EQ(sum, 3);
}

}  // namespace
}  // namespace skein
