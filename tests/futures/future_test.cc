// Future and AnyFuture alone: states, outcomes, waiting, callbacks, reports.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/futures.h>
#include <skein/threading.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <exception>
#include <limits>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "futures/helpers.h"
#include "testing/party.h"

namespace skein {
namespace {

using futures::AnyFuture;
using futures::CancelledError;
using futures::Future;
using futures::InvalidStateError;
using futures::TimeoutError;
using testing::Counted;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::int_of;
using ::testing::MatchesRegex;
using testing::now;
using testing::Party;
using testing::Reports;
using testing::text_of;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::string shown(const AnyFuture& future) {
  std::ostringstream text;
  text << future;
  return text.str();
}

void expect_state(const AnyFuture& future, bool running, bool cancelled, bool done) {
  EXPECT_EQ(future.running(), running);
  EXPECT_EQ(future.cancelled(), cancelled);
  EXPECT_EQ(future.done(), done);
}

// ---- states ----

TEST(FutureTest, IsPendingAtFirst) {
  const Future<int> future;
  expect_state(future, false, false, false);
  EXPECT_THROW(static_cast<void>(future.result(0)), TimeoutError);
  EXPECT_THROW(static_cast<void>(future.exception(0)), TimeoutError);
}

TEST(FutureTest, RunsAndFinishes) {
  Future<int> future;
  EXPECT_TRUE(future.set_running_or_notify_cancel());
  expect_state(future, true, false, false);
  EXPECT_FALSE(future.cancel());
  future.set_result(7);
  expect_state(future, false, false, true);
  EXPECT_EQ(future.result(), 7);
  EXPECT_EQ(future.exception(), nullptr);
  EXPECT_FALSE(future.cancel());
  expect_state(future, false, false, true);
}

TEST(FutureTest, MayBeFinishedWithoutHavingRun) {
  Future<int> future;
  future.set_result(7);
  EXPECT_EQ(future.result(), 7);
  expect_state(future, false, false, true);
}

TEST(FutureTest, EndsWithAnException) {
  Future<int> future;
  future.set_exception(ValueError("wrong"));
  expect_state(future, false, false, true);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(text_of<ValueError>([&] { static_cast<void>(future.result()); }), "wrong");
    EXPECT_NE(future.exception(), nullptr);
  }
  EXPECT_THROW(static_cast<void>(future.take()), ValueError);
}

TEST(FutureTest, EndsWithAnExceptionOfAnyType) {
  Future<void> future;
  future.set_exception(5);
  EXPECT_EQ(int_of([&] { future.result(); }), 5);
  Future<void> other;
  const auto error = std::make_exception_ptr(6);
  other.set_exception(error);
  EXPECT_EQ(other.exception(), error);
}

TEST(FutureTest, IsCancelledOnceAndForAll) {
  Future<int> future;
  EXPECT_TRUE(future.cancel());
  expect_state(future, false, true, true);
  EXPECT_TRUE(future.cancel());
  EXPECT_EQ(text_of<CancelledError>([&] { static_cast<void>(future.result()); }), "");
  EXPECT_EQ(text_of<CancelledError>([&] { static_cast<void>(future.exception()); }), "");
  EXPECT_THROW(static_cast<void>(future.take()), CancelledError);
  EXPECT_FALSE(future.set_running_or_notify_cancel());
  expect_state(future, false, true, true);
  EXPECT_TRUE(future.cancel());
}

TEST(FutureTest, OutcomesCannotBeSetTwice) {
  Future<int> finished;
  finished.set_result(1);
  EXPECT_THAT(text_of<InvalidStateError>([&] { finished.set_result(2); }),
              MatchesRegex("FINISHED: <Future at 0x[0-9a-f]+ state=finished returned int>"));
  EXPECT_THAT(text_of<InvalidStateError>([&] { finished.set_exception(2); }), HasSubstr("FINISHED: "));
  EXPECT_EQ(finished.result(), 1);

  Future<int> failed;
  failed.set_exception(1);
  EXPECT_THROW(failed.set_result(2), InvalidStateError);
  EXPECT_THROW(failed.set_exception(2), InvalidStateError);
  EXPECT_EQ(int_of([&] { static_cast<void>(failed.result()); }), 1);

  Future<int> cancelled;
  cancelled.cancel();
  EXPECT_THAT(text_of<InvalidStateError>([&] { cancelled.set_result(2); }), HasSubstr("CANCELLED: "));
  cancelled.set_running_or_notify_cancel();
  EXPECT_THAT(text_of<InvalidStateError>([&] { cancelled.set_exception(2); }), HasSubstr("CANCELLED_AND_NOTIFIED: "));
  EXPECT_TRUE(cancelled.cancelled());
}

TEST(FutureTest, RunsOnlyFromPending) {
  Future<int> running;
  running.set_running_or_notify_cancel();
  Future<int> finished;
  finished.set_result(1);
  Future<int> told;
  told.cancel();
  EXPECT_FALSE(told.set_running_or_notify_cancel());
  for (AnyFuture future : {AnyFuture(running), AnyFuture(finished), AnyFuture(told)}) {
    EXPECT_EQ(text_of<RuntimeError>([&] { future.set_running_or_notify_cancel(); }), "Future in unexpected state");
  }
  EXPECT_TRUE(running.running());
  EXPECT_EQ(finished.result(), 1);
}

TEST(FutureTest, RefusesANullException) {
  Future<int> future;
  EXPECT_THROW(future.set_exception(std::exception_ptr()), ValueError);
  expect_state(future, false, false, false);
  future.set_result(1);
  EXPECT_EQ(future.result(), 1);
}

struct ThrowsWhenCopied {
  ThrowsWhenCopied() = default;
  ThrowsWhenCopied(const ThrowsWhenCopied& /*other*/) { throw 3; }
  ThrowsWhenCopied(ThrowsWhenCopied&&) = default;
  ThrowsWhenCopied& operator=(const ThrowsWhenCopied&) = default;
  ThrowsWhenCopied& operator=(ThrowsWhenCopied&&) = default;
  ~ThrowsWhenCopied() = default;
};

TEST(FutureTest, IsAsBeforeIfStoringTheResultThrows) {
  Future<ThrowsWhenCopied> future;
  const ThrowsWhenCopied value;
  EXPECT_EQ(int_of([&] { future.set_result(value); }), 3);
  expect_state(future, false, false, false);
  EXPECT_THROW(static_cast<void>(future.exception(0)), TimeoutError);
  future.set_result(ThrowsWhenCopied());
  EXPECT_TRUE(future.done());
  EXPECT_EQ(int_of([&] { static_cast<void>(future.result()); }), 3);
  EXPECT_NO_THROW(static_cast<void>(future.take()));
}

// ---- results of all kinds ----

TEST(FutureTest, OfVoid) {
  Future<void> future;
  EXPECT_THROW(future.result(0), TimeoutError);
  future.set_result();
  future.result();
  future.result();
  future.take();
  EXPECT_EQ(future.exception(), nullptr);
}

TEST(FutureTest, OfAMoveOnlyTypeGivesItOnce) {
  Future<std::unique_ptr<int>> future;
  const auto other = future;
  future.set_result(std::make_unique<int>(7));
  EXPECT_EQ(*future.result(), 7);
  EXPECT_EQ(text_of<InvalidStateError>([&] { static_cast<void>(other.result()); }), "the result has been taken");
  EXPECT_THROW(static_cast<void>(future.take()), InvalidStateError);
  EXPECT_TRUE(future.done());
  EXPECT_EQ(future.exception(), nullptr);
}

TEST(FutureTest, CopiesTheResultForWhoeverAsks) {
  std::atomic<int> alive{0};
  {
    Future<Counted> future;
    future.set_result(Counted(alive, 7));
    EXPECT_EQ(alive.load(), 1);
    const Counted first = future.result();
    const Counted second = future.result();
    EXPECT_EQ(first.value + second.value, 14);
    EXPECT_EQ(alive.load(), 3);
  }
  EXPECT_EQ(alive.load(), 0);
}

TEST(FutureTest, TakeMovesTheResultOut) {
  Future<std::string> future;
  future.set_result("a text that is too long to lie in the string itself");
  const std::string copy = future.result();
  EXPECT_EQ(future.take(), copy);
  EXPECT_THROW(static_cast<void>(future.take()), InvalidStateError);
  EXPECT_THROW(static_cast<void>(future.result()), InvalidStateError);
}

TEST(FutureTest, TakeWaitsAsLongAsResultDoes) {
  const Future<std::string> future;
  const double begin = now();
  EXPECT_THROW(static_cast<void>(future.take(0.05)), TimeoutError);
  EXPECT_GE(now() - begin, 0.05);
}

TEST(FutureTest, OneOfManyTakersGetsTheResult) {
  for (int round = 0; round < 50; ++round) {
    Future<std::string> future;
    std::atomic<int> got{0};
    testing::Parties parties(4, [&](int which) {
      if (which == 0) return future.set_result("x");
      try {
        got.fetch_add(future.take() == "x" ? 1 : 10);
      } catch (const InvalidStateError&) {
      }
    });
    parties.join();
    ASSERT_EQ(got.load(), 1);
  }
}

// ---- handles ----

TEST(FutureTest, CopiesReferToTheSameFuture) {
  const Future<int> future;
  Future<int> copy = future;
  const AnyFuture any = future;
  const Future<int> other;
  EXPECT_EQ(copy, future);
  EXPECT_EQ(any, future);
  EXPECT_NE(other, future);
  EXPECT_EQ(std::hash<AnyFuture>()(any), std::hash<Future<int>>()(future));
  EXPECT_EQ((std::unordered_set<AnyFuture>{future, copy, any, other}).size(), 2U);
  copy.set_result(7);
  EXPECT_EQ(future.result(), 7);
  EXPECT_TRUE(any.done());
}

TEST(FutureTest, GetGivesTheTypedHandleBack) {
  Future<int> future;
  const AnyFuture any = future;
  EXPECT_EQ(any.get<int>(), future);
  EXPECT_EQ(text_of<TypeError>([&] { static_cast<void>(any.get<double>()); }),
            "the future's result is of type int, not double");
  EXPECT_THROW(static_cast<void>(any.get<void>()), TypeError);
  EXPECT_THROW(static_cast<void>(any.get<int&>()), TypeError);
  future.set_result(3);
  EXPECT_EQ(any.get<int>().result(), 3);
}

// NOLINTBEGIN(bugprone-use-after-move): that is what they are about.
template <class F>
void expect_empty(F function) {
  EXPECT_EQ(text_of<RuntimeError>(function), "the future has been moved from");
}

TEST(FutureTest, AHandleThatWasMovedFromIsAnErrorInEveryCall) {
  Future<int> from;
  const Future<int> to = std::move(from);
  const std::stop_token stop;
  expect_empty([&] { from.cancel(); });
  expect_empty([&] { static_cast<void>(from.cancelled()); });
  expect_empty([&] { static_cast<void>(from.running()); });
  expect_empty([&] { static_cast<void>(from.done()); });
  expect_empty([&] { static_cast<void>(from.result()); });
  expect_empty([&] { static_cast<void>(from.result(0)); });
  expect_empty([&] { static_cast<void>(from.result({.timeout = 0})); });
  expect_empty([&] { static_cast<void>(from.result(stop)); });
  expect_empty([&] { static_cast<void>(from.take()); });
  expect_empty([&] { static_cast<void>(from.exception()); });
  expect_empty([&] { static_cast<void>(from.exception({.timeout = 0})); });
  expect_empty([&] { static_cast<void>(from.exception(stop)); });
  expect_empty([&] { from.add_done_callback([](const AnyFuture&) {}); });
  expect_empty([&] { from.set_running_or_notify_cancel(); });
  expect_empty([&] { from.set_result(1); });
  expect_empty([&] { from.set_exception(1); });
  expect_empty([&] { static_cast<void>(from.get<int>()); });
  expect_empty([&] { static_cast<void>(shown(from)); });
  expect_empty([&] { static_cast<void>(futures::wait(from)); });
  expect_empty([&] { static_cast<void>(futures::as_completed(from)); });
  EXPECT_FALSE(from == to);
  EXPECT_FALSE(to.done());
  from = to;
  EXPECT_FALSE(from.done());
}
// NOLINTEND(bugprone-use-after-move)

TEST(FutureTest, IsShownAsPythonShowsIt) {
  Future<int> future;
  EXPECT_THAT(shown(future), MatchesRegex("<Future at 0x[0-9a-f]+ state=pending>"));
  future.set_running_or_notify_cancel();
  EXPECT_THAT(shown(future), MatchesRegex("<Future at 0x[0-9a-f]+ state=running>"));
  future.set_result(1);
  EXPECT_THAT(shown(future), MatchesRegex("<Future at 0x[0-9a-f]+ state=finished returned int>"));
  Future<std::string> text;
  text.set_result("x");
  EXPECT_THAT(shown(text), MatchesRegex("<Future at 0x[0-9a-f]+ state=finished returned std::string>"));
  Future<void> failed;
  failed.set_exception(ValueError("wrong"));
  EXPECT_THAT(shown(failed), MatchesRegex("<Future at 0x[0-9a-f]+ state=finished raised ValueError>"));
  static_cast<void>(failed.exception());
  Future<void> cancelled;
  cancelled.cancel();
  EXPECT_THAT(shown(cancelled), MatchesRegex("<Future at 0x[0-9a-f]+ state=cancelled>"));
  cancelled.set_running_or_notify_cancel();
  EXPECT_THAT(shown(cancelled), MatchesRegex("<Future at 0x[0-9a-f]+ state=cancelled>"));
}

TEST(FutureTest, ErrorsAreOfPythonsKinds) {
  EXPECT_TRUE((std::is_base_of_v<RuntimeError, futures::BrokenExecutor>));
  EXPECT_TRUE((std::is_base_of_v<futures::BrokenExecutor, futures::BrokenThreadPool>));
  EXPECT_TRUE((std::is_same_v<futures::TimeoutError, skein::TimeoutError>));
  EXPECT_TRUE((std::is_same_v<futures::thread::BrokenThreadPool, futures::BrokenThreadPool>));
  EXPECT_TRUE((std::is_base_of_v<std::exception, CancelledError>));
  EXPECT_FALSE((std::is_base_of_v<RuntimeError, CancelledError>));
}

// ---- waiting ----

TEST(FutureTest, ResultAndExceptionWaitForTheOutcome) {
  Future<int> future;
  std::atomic<int> seen{0};
  Party first([&] { seen.fetch_add(future.result()); });
  Party second([&] { seen.fetch_add(future.exception() == nullptr ? 10 : 0); });
  Party third([&] { seen.fetch_add(future.result(30) * 100); });
  ASSERT_TRUE(first.blocks());
  ASSERT_TRUE(second.blocks());
  ASSERT_TRUE(third.blocks());
  future.set_result(1);
  first.join();
  second.join();
  third.join();
  EXPECT_EQ(seen.load(), 111);
}

TEST(FutureTest, WhoWaitsIsToldOfACancel) {
  Future<int> future;
  std::atomic<bool> told{false};
  Party waiter([&] {
    EXPECT_THROW(static_cast<void>(future.result()), CancelledError);
    told.store(true);
  });
  ASSERT_TRUE(waiter.blocks());
  future.cancel();
  waiter.join();
  EXPECT_TRUE(told.load());
}

TEST(FutureTest, WhoWaitsWithoutLimitWaitsThroughTheStart) {
  Future<int> future;
  std::atomic<int> seen{0};
  Party waiter([&] { seen.store(future.result()); });
  ASSERT_TRUE(waiter.blocks());
  future.set_running_or_notify_cancel();
  ASSERT_TRUE(waiter.blocks());
  future.set_result(7);
  waiter.join();
  EXPECT_EQ(seen.load(), 7);
}

TEST(FutureTest, TimeoutsAreKept) {
  const Future<int> future;
  for (const double seconds : {0.001, 0.02, 0.1}) {
    double begin = now();
    EXPECT_EQ(text_of<TimeoutError>([&] { static_cast<void>(future.result(seconds)); }), "");
    EXPECT_GE(now() - begin, seconds);
    EXPECT_LT(now() - begin, seconds + 10);
    begin = now();
    EXPECT_THROW(static_cast<void>(future.exception({.timeout = seconds})), TimeoutError);
    EXPECT_GE(now() - begin, seconds);
    begin = now();
    EXPECT_THROW(static_cast<void>(future.result({.timeout = std::chrono::duration<double>(seconds)})), TimeoutError);
    EXPECT_GE(now() - begin, seconds);
  }
}

TEST(FutureTest, NegativeTimeoutsOnlyLook) {
  Future<int> future;
  const double begin = now();
  for (const double seconds : {0.0, -0.0, -1.0, -1e-9, -1e300, -kInfinity}) {
    EXPECT_THROW(static_cast<void>(future.result(seconds)), TimeoutError);
    EXPECT_THROW(static_cast<void>(future.exception(seconds)), TimeoutError);
  }
  EXPECT_LT(now() - begin, 5);
  future.set_result(7);
  for (const double seconds : {0.0, -0.0, -1.0, -1e300, -kInfinity}) EXPECT_EQ(future.result(seconds), 7);
}

TEST(FutureTest, NaNIsNoTimeout) {
  Future<int> future;
  for (int i = 0; i < 2; ++i) {
    EXPECT_THROW(static_cast<void>(future.result(kNaN)), ValueError);
    EXPECT_THROW(static_cast<void>(future.result({.timeout = kNaN})), ValueError);
    EXPECT_THROW(static_cast<void>(future.exception(kNaN)), ValueError);
    EXPECT_THROW(static_cast<void>(future.take(kNaN)), ValueError);
    EXPECT_THROW(static_cast<void>(future.result(std::stop_token(), kNaN)), ValueError);
    if (i == 0) future.set_result(7);
  }
  EXPECT_EQ(future.result(), 7);
}

TEST(FutureTest, AnInfiniteTimeoutIsNone) {
  for (const Timeout timeout :
       {Timeout(kInfinity), Timeout(1e300), Timeout(None), Timeout(std::chrono::hours::max())}) {
    Future<int> future;
    std::atomic<int> seen{0};
    Party waiter([&] { seen.store(future.result(timeout)); });
    ASSERT_TRUE(waiter.blocks());
    future.set_result(7);
    waiter.join();
    EXPECT_EQ(seen.load(), 7);
  }
}

TEST(FutureTest, AStopTokenEndsTheWait) {
  Future<int> future;
  std::stop_source source;
  std::atomic<int> stopped{0};
  Party first([&] {
    EXPECT_THROW(static_cast<void>(future.result(source.get_token())), TimeoutError);
    stopped.fetch_add(1);
  });
  Party second([&] {
    EXPECT_THROW(static_cast<void>(future.exception(source.get_token(), 30)), TimeoutError);
    stopped.fetch_add(1);
  });
  ASSERT_TRUE(first.blocks());
  ASSERT_TRUE(second.blocks());
  source.request_stop();
  first.join();
  second.join();
  EXPECT_EQ(stopped.load(), 2);
  EXPECT_FALSE(future.done());
  EXPECT_THROW(static_cast<void>(future.result(source.get_token())), TimeoutError);
  future.set_result(7);
  EXPECT_EQ(future.result(source.get_token()), 7);
  EXPECT_EQ(future.exception(source.get_token()), nullptr);
}

TEST(FutureTest, AStopTokenThatNobodyTripsChangesNothing) {
  Future<int> future;
  const std::stop_source source;
  const double begin = now();
  EXPECT_THROW(static_cast<void>(future.result(source.get_token(), 0.05)), TimeoutError);
  EXPECT_GE(now() - begin, 0.05);
  std::atomic<int> seen{0};
  Party waiter([&] { seen.store(future.result(source.get_token())); });
  ASSERT_TRUE(waiter.blocks());
  future.set_result(7);
  waiter.join();
  EXPECT_EQ(seen.load(), 7);
}

// ---- callbacks ----

TEST(FutureTest, CallbacksAreCalledInTheOrderOfTheirAddingByWhoeverEndsIt) {
  Future<int> future;
  std::vector<int> order;
  std::thread::id where;
  for (int i = 0; i < 4; ++i) {
    future.add_done_callback([&order, &where, i](const Future<int>& done) {
      order.push_back(i + done.result());
      where = std::this_thread::get_id();
    });
  }
  EXPECT_TRUE(order.empty());
  std::thread::id setter;
  Party party([&] {
    setter = std::this_thread::get_id();
    future.set_result(10);
  });
  party.join();
  EXPECT_THAT(order, ElementsAre(10, 11, 12, 13));
  EXPECT_EQ(where, setter);
}

TEST(FutureTest, CallbacksGetTheTypedHandleOrAny) {
  Future<int> future;
  int calls = 0;
  const AnyFuture any = future;
  future.add_done_callback([&](const Future<int>& done) { calls += done == future ? 1 : 0; });
  future.add_done_callback([&](const AnyFuture& done) { calls += done == any ? 10 : 0; });
  any.add_done_callback([&](const AnyFuture& done) { calls += done == any ? 100 : 0; });
  future.add_done_callback([&, only = std::make_unique<int>(1000)](auto) { calls += *only; });
  future.set_result(1);
  EXPECT_EQ(calls, 1111);
}

TEST(FutureTest, CallbacksAreCalledOnCancelAndOnFailure) {
  int calls = 0;
  Future<int> cancelled;
  cancelled.add_done_callback([&](const Future<int>& done) { calls += done.cancelled() ? 1 : 0; });
  cancelled.cancel();
  EXPECT_EQ(calls, 1);
  cancelled.cancel();
  cancelled.set_running_or_notify_cancel();
  EXPECT_EQ(calls, 1);
  Future<int> failed;
  failed.add_done_callback([&](const Future<int>& done) { calls += done.exception() != nullptr ? 10 : 0; });
  failed.set_exception(1);
  EXPECT_EQ(calls, 11);
}

TEST(FutureTest, ACallbackComesAfterTheOutcomeCanBeSeen) {
  Future<int> future;
  threading::Event in_callback;
  threading::Event go_on;
  future.add_done_callback([&](const Future<int>&) {
    in_callback.set();
    go_on.wait();
  });
  Party setter([&] { future.set_result(7); });
  in_callback.wait();
  EXPECT_TRUE(future.done());
  EXPECT_EQ(future.result(), 7);
  EXPECT_FALSE(setter.done());
  go_on.set();
}

TEST(FutureTest, ACallbackIsCalledAtOnceIfTheFutureIsDone) {
  Future<int> future;
  future.set_result(7);
  std::thread::id where;
  future.add_done_callback([&](const Future<int>&) { where = std::this_thread::get_id(); });
  EXPECT_EQ(where, std::this_thread::get_id());
}

TEST(FutureTest, WhatACallbackThrowsIsReported) {
  const Reports reports;
  Future<int> future;
  future.add_done_callback([](const AnyFuture&) { throw ValueError("callback"); });
  future.set_result(1);
  future.add_done_callback([](const AnyFuture&) { throw 5; });
  ASSERT_EQ(reports.size(), 2U);
  EXPECT_THAT(reports.at(0).message, MatchesRegex("exception calling callback for <Future at .* returned int>"));
  EXPECT_EQ(text_of<ValueError>([&] { std::rethrow_exception(reports.at(0).exception); }), "callback");
  EXPECT_EQ(int_of([&] { std::rethrow_exception(reports.at(1).exception); }), 5);
  EXPECT_EQ(future.result(), 1);
}

TEST(FutureTest, CallbacksOfAFutureThatNeverEndsAreDestroyedWithIt) {
  std::atomic<int> alive{0};
  int calls = 0;
  {
    const Future<int> future;
    future.add_done_callback([kept = Counted(alive), &calls](const AnyFuture&) { ++calls; });
    future.add_done_callback([kept = Counted(alive), &calls](const AnyFuture&) { ++calls; });
    EXPECT_EQ(alive.load(), 2);
  }
  EXPECT_EQ(alive.load(), 0);
  EXPECT_EQ(calls, 0);
}

TEST(FutureTest, ACallbackIsDestroyedWhenItHasBeenCalled) {
  std::atomic<int> alive{0};
  Future<int> future;
  future.add_done_callback([kept = Counted(alive)](const AnyFuture&) {});
  EXPECT_EQ(alive.load(), 1);
  future.set_result(1);
  EXPECT_EQ(alive.load(), 0);
}

TEST(FutureTest, MayLoseItsLastHandleInACallback) {
  std::atomic<int> alive{0};
  auto future = std::make_unique<Future<Counted>>();
  future->add_done_callback([&](const AnyFuture&) { future.reset(); });
  Future<Counted>(*future).set_result(Counted(alive));
  EXPECT_EQ(future, nullptr);
  EXPECT_EQ(alive.load(), 0);
}

// ---- reports ----

TEST(FutureTest, AFailureThatNobodyAskedForIsReported) {
  const Reports reports;
  {
    Future<int> future;
    future.set_exception(ValueError("lost"));
    const auto copy = future;
    EXPECT_TRUE(future.done());
  }
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_THAT(reports.at(0).message,
              MatchesRegex("exception was never retrieved from <Future at 0x[0-9a-f]+ state=finished raised "
                           "ValueError>"));
  EXPECT_EQ(text_of<ValueError>([&] { std::rethrow_exception(reports.at(0).exception); }), "lost");
}

TEST(FutureTest, AFailureThatWasAskedForIsNot) {
  const Reports reports;
  {
    Future<int> by_result;
    by_result.set_exception(1);
    EXPECT_EQ(int_of([&] { static_cast<void>(by_result.result()); }), 1);
    Future<int> by_exception;
    by_exception.set_exception(1);
    EXPECT_NE(AnyFuture(by_exception).exception(0), nullptr);
    Future<int> by_take;
    by_take.set_exception(1);
    EXPECT_EQ(int_of([&] { static_cast<void>(by_take.take(0)); }), 1);
    Future<int> result;
    result.set_result(1);
    Future<int> cancelled;
    cancelled.cancel();
    const Future<int> pending;
  }
  EXPECT_EQ(reports.size(), 0U);
}

TEST(FutureTest, AskingTooEarlyIsNotAsking) {
  const Reports reports;
  {
    Future<int> future;
    EXPECT_THROW(static_cast<void>(future.exception(0)), TimeoutError);
    future.set_exception(1);
  }
  EXPECT_EQ(reports.size(), 1U);
}

TEST(FutureTest, WithoutAHookReportsGoToStderr) {
  ::testing::internal::CaptureStderr();
  {
    Future<int> future;
    future.set_exception(ValueError("lost"));
  }
  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              MatchesRegex("exception was never retrieved from <Future .*>:\nValueError: lost\n"));
}

TEST(FutureTest, WhatTheHookThrowsIsDropped) {
  int calls = 0;
  futures::set_report_hook([&](const futures::Report&) {
    ++calls;
    throw 1;
  });
  {
    Future<int> future;
    future.set_exception(1);
  }
  futures::set_report_hook(nullptr);
  EXPECT_EQ(calls, 1);
}

TEST(FutureTest, TheHookMaySetAnother) {
  int second = 0;
  futures::set_report_hook(
      [&](const futures::Report&) { futures::set_report_hook([&](const futures::Report&) { ++second; }); });
  for (int i = 0; i < 3; ++i) {
    Future<int> future;
    future.set_exception(1);
  }
  futures::set_report_hook(nullptr);
  EXPECT_EQ(second, 2);
}

// By way of a template, so that a setter that is missing is a failure here.
template <class T, class Value>
bool set(Future<T>& future, Value& value) {
  if constexpr (requires { future.set_result(value); }) {
    future.set_result(value);
    return true;
  } else {
    return false;
  }
}

TEST(FutureTest, OfAReferenceGivesTheObjectItself) {
  int value = 1;
  Future<int&> future;
  ASSERT_TRUE(set(future, value)) << "Future<int&> has no set_result(int&)";
  EXPECT_EQ(&future.result(), &value);
  future.take() = 5;
  EXPECT_EQ(value, 5);
  EXPECT_EQ(&future.result(), &value);
}

}  // namespace
}  // namespace skein
