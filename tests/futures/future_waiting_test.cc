// Waiting for a Future: outcomes and cancels, timeouts of all kinds, stop tokens.
#include <gtest/gtest.h>
#include <skein/futures.h>

#include <atomic>
#include <chrono>
#include <limits>
#include <stop_token>

#include "futures/helpers.h"
#include "testing/party.h"

namespace skein {
namespace {

using futures::CancelledError;
using futures::Future;
using futures::TimeoutError;
using testing::now;
using testing::Party;
using testing::text_of;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

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

}  // namespace
}  // namespace skein
