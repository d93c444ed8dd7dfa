// Callbacks of a Future, and reports of failures that nobody asked for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/futures.h>
#include <skein/threading.h>

#include <atomic>
#include <exception>
#include <memory>
#include <thread>
#include <vector>

#include "futures/helpers.h"
#include "testing/party.h"

namespace skein {
namespace {

using futures::AnyFuture;
using futures::Future;
using futures::TimeoutError;
using testing::Counted;
using ::testing::ElementsAre;
using testing::int_of;
using ::testing::MatchesRegex;
using testing::Party;
using testing::Reports;
using testing::text_of;

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

TEST(FutureTest, APoolThatBrokeIsReportedOnce) {
  const Reports reports;
  const auto broken = std::make_exception_ptr(futures::BrokenThreadPool("one for all"));
  const auto other = std::make_exception_ptr(ValueError("another"));
  for (int i = 0; i < 3; ++i) {
    Future<int> future;
    future.set_exception(broken);
    Future<int> beside;
    beside.set_exception(other);
  }
  EXPECT_EQ(reports.size(), 4U);
  Future<int>().set_exception(futures::BrokenThreadPool("one for all"));
  EXPECT_EQ(reports.size(), 5U);
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

}  // namespace
}  // namespace skein
