// Debug mode, the handler of slow callbacks, and the stack of a task that runs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/asyncio.h>
#include <skein/time.h>

#include <functional>
#include <limits>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "async/helpers.h"

namespace skein {
namespace {

using asyncio::Coroutine;
using asyncio::EventLoop;
using ::testing::ContainsRegex;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Heard;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::rounds;
using ::testing::SizeIs;
using ::testing::StartsWith;
using testing::text_of;

using Slow = std::vector<std::pair<std::string, double>>;

asyncio::SlowCallbackHandler into(Slow& slow) {
  return [&slow](const std::string& what, double seconds) { slow.emplace_back(what, seconds); };
}

void block() { time::sleep(0.03); }
Coroutine<> blocks() {
  block();
  co_return;
}

TEST(SlowCallbackTest, TheHandlerIsToldInDebugModeAndWithoutIt) {
  for (const bool debug : {false, true}) {
    Slow slow;
    ::testing::internal::CaptureStderr();
    asyncio::run({.debug = debug}, [&slow]() -> Coroutine<> {
      auto loop = asyncio::get_running_loop();
      loop.set_slow_callback_duration(0.02);
      loop.set_slow_callback_handler(into(slow));
      co_await asyncio::create_task({.name = "slow"}, blocks());
      loop.call_soon(block);
      loop.call_soon([] {});
      co_await rounds(2);
      loop.set_slow_callback_handler(nullptr);
      loop.set_debug(false);
      co_await asyncio::create_task({.name = "unheard"}, blocks());
    });
    EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
    ASSERT_THAT(slow, SizeIs(2));
    EXPECT_THAT(slow[0].first, StartsWith("<Task finished name='slow' coro=<blocks() done"));
    EXPECT_THAT(slow[1].first, HasSubstr("Handle"));
    for (const auto& [what, seconds] : slow) {
      EXPECT_GE(seconds, 0.03);
      EXPECT_LT(seconds, 20);
    }
  }
}

TEST(SlowCallbackTest, WithoutAHandlerDebugModeWritesToStderr) {
  ::testing::internal::CaptureStderr();
  asyncio::run({.debug = true}, []() -> Coroutine<> {
    asyncio::get_running_loop().set_slow_callback_duration(0.02);
    co_await asyncio::create_task({.name = "slow"}, blocks());
    asyncio::get_running_loop().set_slow_callback_duration(60);
    co_await asyncio::create_task({.name = "quick enough"}, blocks());
  });
  const std::string said = ::testing::internal::GetCapturedStderr();
  EXPECT_THAT(said, ContainsRegex("Executing <Task finished name='slow'.* took [0-9]+\\.[0-9][0-9][0-9] seconds"));
  EXPECT_THAT(said, Not(HasSubstr("quick enough")));
}

TEST(SlowCallbackTest, WhatTheHandlerThrowsIsReportedAndTheLoopGoesOn) {
  asyncio::run([]() -> Coroutine<> {
    auto loop = asyncio::get_running_loop();
    Heard heard(loop);
    loop.set_slow_callback_duration(0);  // Everything is slow.
    bool twice = false;
    loop.set_slow_callback_handler([&](const std::string&, double) {
      if (std::exchange(twice, true)) throw 5;
      throw ValueError("in the handler");
    });
    co_await rounds(3);
    loop.set_slow_callback_handler(nullptr);
    EXPECT_THAT(heard.messages, SizeIs(2));
    EXPECT_EQ(heard.messages.at(0), "Exception in the slow callback handler");
    EXPECT_EQ(text_of<ValueError>(heard.exceptions.at(0)), "in the handler");
    EXPECT_THROW(std::rethrow_exception(heard.exceptions.at(1)), int);
    loop.set_exception_handler(nullptr);
  });
}

TEST(SlowCallbackTest, TheHandlerMayTakeItselfAway) {
  asyncio::run([]() -> Coroutine<> {
    auto loop = asyncio::get_running_loop();
    loop.set_slow_callback_duration(0);
    int called = 0;
    loop.set_slow_callback_handler([loop, &called, kept = std::string(100, 'x')](const std::string&, double) mutable {
      loop.set_slow_callback_handler(nullptr);
      EXPECT_EQ(kept.size(), 100U);
      ++called;
    });
    co_await rounds(3);
    EXPECT_EQ(called, 1);
  });
}

TEST(SlowCallbackTest, WhoTakesTheHandlerAwayIsNotToldOfOnStderr) {
  ::testing::internal::CaptureStderr();
  asyncio::run([]() -> Coroutine<> {
    auto loop = asyncio::get_running_loop();
    loop.set_slow_callback_duration(0);
    loop.set_slow_callback_handler([](const std::string&, double) {});
    co_await rounds(2);
    loop.set_slow_callback_handler(nullptr);
    co_await rounds(2);
  });
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(SlowCallbackTest, WhatEndsTheLoopIsNotSlowed) {
  Slow slow;
  auto loop = asyncio::new_event_loop();
  loop.set_slow_callback_duration(0);
  loop.set_slow_callback_handler(into(slow));
  loop.call_soon([] { throw SystemExit(1); });
  bool ran = false;
  loop.call_soon([&ran] { ran = true; });
  EXPECT_THROW(loop.run_forever(), SystemExit);
  EXPECT_FALSE(ran);
  loop.call_soon([&loop] { loop.stop(); });
  loop.run_forever();
  EXPECT_TRUE(ran);
  loop.set_slow_callback_handler(nullptr);
}

TEST(SlowCallbackTest, TheDurationIsANumberOfSecondsThatIsNotNegative) {
  auto loop = asyncio::new_event_loop();
  EXPECT_EQ(loop.slow_callback_duration(), 0.1);
  EXPECT_THROW(loop.set_slow_callback_duration(std::numeric_limits<double>::quiet_NaN()), ValueError);
  EXPECT_EQ(text_of<ValueError>([&] { loop.set_slow_callback_duration(-0.5); }), "the duration must not be negative");
  EXPECT_EQ(loop.slow_callback_duration(), 0.1);
  loop.set_slow_callback_duration(0.25);
  EXPECT_EQ(loop.slow_callback_duration(), 0.25);
  Slow slow;
  loop.set_slow_callback_handler(into(slow));
  for (const double never : {std::numeric_limits<double>::infinity(), 1e300}) {
    loop.set_slow_callback_duration(never);
    EXPECT_GT(loop.slow_callback_duration(), 1e9);
    loop.run_until_complete(blocks());
  }
  EXPECT_THAT(slow, IsEmpty());
  loop.set_slow_callback_handler(nullptr);
}

// ---- never awaited ----

Coroutine<int> forgotten() { co_return 1; }
// Its frame is on the heap, where the compiler might otherwise put it into the caller's.
[[gnu::noinline]] Coroutine<int> called_elsewhere() { return forgotten(); }
Coroutine<> forgets() {
  static_cast<void>(forgotten());
  co_await asyncio::sleep(0);
}

TEST(DebugTest, ACoroutineThatWasNeverAwaitedSaysWhereItWasCalled) {
  asyncio::run({.debug = true}, []() -> Coroutine<> {
    auto loop = asyncio::get_running_loop();
    Heard heard(loop);
    co_await asyncio::create_task(forgets());
    EXPECT_THAT(heard.messages,
                ElementsAre(ContainsRegex("^coroutine 'forgotten' was never awaited\n"
                                          "Coroutine created at \\(most recent call last\\)\n"
                                          "  File \".*debug_test.cc\", after line [0-9]+, in forgets$")));
    // Not where it was awaited, closed, or made a task; not outside of a task; not without debug mode.
    heard.messages.clear();
    EXPECT_EQ(co_await forgotten(), 1);
    EXPECT_EQ(co_await asyncio::create_task(forgotten()), 1);
    forgotten().close();
    EXPECT_THAT(heard.messages, IsEmpty());
    loop.call_soon([] { static_cast<void>(forgotten()); });
    co_await rounds(2);
    loop.set_debug(false);
    static_cast<void>(forgotten());
    loop.set_debug(true);
    EXPECT_THAT(heard.messages,
                ElementsAre("coroutine 'forgotten' was never awaited", "coroutine 'forgotten' was never awaited"));
    loop.set_exception_handler(nullptr);
  });
}

TEST(DebugTest, TheOriginIsNotThatOfAnEarlierFrameInTheSamePlace) {
  asyncio::run({.debug = true}, []() -> Coroutine<> {
    auto loop = asyncio::get_running_loop();
    Heard heard(loop);
    for (int i = 0; i < 100; ++i) EXPECT_EQ(co_await called_elsewhere(), 1);  // Their frames are used again.
    loop.set_debug(false);
    static_cast<void>(called_elsewhere());
    EXPECT_THAT(heard.messages, ElementsAre("coroutine 'forgotten' was never awaited"));
    loop.set_exception_handler(nullptr);
  });
}

TEST(DebugTest, TheModeIsTheLoopsOwn) {
  auto first = asyncio::new_event_loop();
  auto second = asyncio::new_event_loop();
  first.set_debug(true);
  EXPECT_FALSE(second.get_debug());
  const Heard heard(second);
  second.run_until_complete(forgets());
  EXPECT_THAT(heard.messages, ElementsAre("coroutine 'forgotten' was never awaited"));
  const Heard with_origin(first);
  first.run_until_complete(forgets());
  EXPECT_THAT(with_origin.messages, ElementsAre(HasSubstr("Coroutine created at")));
}

// ---- the stack of a task that runs ----

Coroutine<int> child() {
  co_await asyncio::sleep(0);
  co_return 1;
}
Coroutine<> prints(std::ostringstream& text) {
  co_await child();  // Its frame is gone, and was the leaf.
  asyncio::current_task()->print_stack(std::nullopt, text);
}

TEST(DebugTest, ATaskThatRunsPrintsItsOutermostFrameAfterAnAwait) {
  asyncio::run([]() -> Coroutine<> {
    std::ostringstream text;
    auto task = asyncio::create_task({.name = "prints"}, prints(text));
    co_await task;
    EXPECT_THAT(text.str(), StartsWith("Stack for <Task pending name='prints'"));
    EXPECT_THAT(text.str(), HasSubstr(", in prints\n"));
    EXPECT_THAT(text.str(), Not(HasSubstr("child")));
    co_await child();
    const auto stack = asyncio::current_task()->get_stack();
    EXPECT_THAT(stack, SizeIs(1));
  });
}

}  // namespace
}  // namespace skein
