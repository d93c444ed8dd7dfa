// Future and AnyFuture alone: states, outcomes and handles.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/futures.h>

#include <atomic>
#include <exception>
#include <functional>
#include <memory>
#include <sstream>
#include <stop_token>
#include <string>
#include <type_traits>
#include <unordered_set>
#include <utility>

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
using ::testing::HasSubstr;
using testing::int_of;
using ::testing::MatchesRegex;
using testing::now;
using testing::text_of;

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

// ---- handles ----

std::string shown(const AnyFuture& future) {
  std::ostringstream text;
  text << future;
  return text.str();
}

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

}  // namespace
}  // namespace skein
