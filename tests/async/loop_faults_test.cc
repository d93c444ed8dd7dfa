// The rows of the fault table about the loop itself: A6, A9, A10, A11, A12, A20, A26.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/asyncio.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "async/helpers.h"
#include "testing/party.h"
#include "testing/repeat.h"

namespace skein {
namespace {

using asyncio::Coroutine;
using asyncio::EventLoop;
using asyncio::Future;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Heard;
using testing::Party;
using testing::Pipe;
using testing::repeat;
using testing::rounds;
using testing::text_of;

// ---- A6 ----

TEST(LoopFaults, A6_WhatCallbacksThrowIsReportedAndTheLoopGoesOn) {
  asyncio::run([]() -> Coroutine<> {
    auto loop = asyncio::get_running_loop();
    const Heard heard(loop);
    std::vector<std::string> order;
    loop.call_soon([] { throw 5; });
    loop.call_soon([&order] { order.emplace_back("second"); });
    auto future = loop.create_future<int>();
    future.add_done_callback([](const Future<int>&) { throw ValueError("callback"); });
    future.add_done_callback([&order](const Future<int>&) { order.emplace_back("third"); });
    future.set_result(1);
    co_await rounds(2);
    EXPECT_THAT(order, ElementsAre("second", "third"));
    EXPECT_EQ(heard.messages.size(), 2U);
    for (const std::string& message : heard.messages) EXPECT_THAT(message, HasSubstr("Exception in callback"));
  });
}

TEST(LoopFaults, A6_AHandlerThatThrowsIsReportedByTheDefaultOne) {
  asyncio::run([]() -> Coroutine<> {
    auto loop = asyncio::get_running_loop();
    loop.set_exception_handler([](EventLoop, const asyncio::ExceptionContext&) { throw 1; });
    ::testing::internal::CaptureStderr();
    loop.call_soon([] { throw ValueError("x"); });
    co_await rounds(2);
    EXPECT_THAT(::testing::internal::GetCapturedStderr(), HasSubstr("Unhandled error in exception handler"));
  });
}

// ---- A9, A10 ----

TEST(LoopFaults, A9_APendingTaskIsKeptAliveAndReportedWhenTheLoopGoes) {
  std::vector<std::string> messages;
  int alive = 0;
  {
    auto loop = asyncio::new_event_loop();
    loop.set_exception_handler(
        [&](EventLoop, const asyncio::ExceptionContext& context) { messages.push_back(context.message); });
    loop.run_until_complete(
        [](int& count) -> Coroutine<> {
          static_cast<void>(asyncio::create_task(
              [](int& here) -> Coroutine<> {
                const testing::Alive object(here);
                co_await asyncio::sleep(60);
              },
              std::ref(count)));
          co_await rounds(3);
          EXPECT_EQ(count, 1);  // Nobody has a handle.
        },
        std::ref(alive));
    loop.close();
  }
  EXPECT_EQ(alive, 0);
  EXPECT_EQ(messages.size(), 1U);
  if (!messages.empty()) EXPECT_THAT(messages[0], HasSubstr("Task was destroyed but it is pending!"));
}

TEST(LoopFaults, A9_AHandleMayOutliveTheLoopAndTheTasksFrames) {
  std::optional<asyncio::Task<void>> asleep;
  std::optional<asyncio::Task<void>> waits;
  {
    auto loop = asyncio::new_event_loop();
    loop.set_exception_handler([](EventLoop, const asyncio::ExceptionContext&) {});
    loop.run_until_complete(
        [](std::optional<asyncio::Task<void>>& first, std::optional<asyncio::Task<void>>& second) -> Coroutine<> {
          first = asyncio::create_task([]() -> Coroutine<> { co_await asyncio::sleep(60); });
          second = asyncio::create_task([]() -> Coroutine<> { co_await Future<void>(); });
          co_await rounds(2);
        },
        std::ref(asleep), std::ref(waits));
  }
  EXPECT_TRUE(asleep->cancel());  // What they waited for went with the loop.
  EXPECT_TRUE(waits->cancel());
  EXPECT_FALSE(asleep->done());
}

TEST(LoopFaults, A9_AFailureThatNobodyAsksForIsReported) {
  asyncio::run([]() -> Coroutine<> {
    const Heard heard(asyncio::get_running_loop());
    static_cast<void>(asyncio::create_task([]() -> Coroutine<> {
      throw ValueError("unread");
      co_return;
    }));
    co_await rounds(2);
    {
      Future<int> future;
      future.set_exception(ValueError("also"));
    }
    EXPECT_EQ(heard.messages.size(), 2U);
    if (heard.messages.size() == 2) {
      EXPECT_THAT(heard.messages[0], HasSubstr("Task exception was never retrieved"));
      EXPECT_THAT(heard.messages[1], HasSubstr("Future exception was never retrieved"));
    }
  });
}

TEST(LoopFaults, A10_ACoroutineThatIsNeverAwaitedIsReportedAndFreed) {
  asyncio::run([]() -> Coroutine<> {
    const Heard heard(asyncio::get_running_loop());
    auto argument = std::make_shared<int>(1);
    const std::weak_ptr<int> watched = argument;
    {
      const auto forgotten = [](std::shared_ptr<int>) -> Coroutine<> { co_return; };
      auto never = forgotten(std::move(argument));
      EXPECT_FALSE(watched.expired());
    }
    EXPECT_TRUE(watched.expired());
    EXPECT_EQ(heard.messages.size(), 1U);
    if (!heard.messages.empty()) EXPECT_THAT(heard.messages[0], HasSubstr("was never awaited"));
    rounds(1).close();  // On purpose: no report.
    EXPECT_EQ(heard.messages.size(), 1U);
    co_return;
  });
}

// ---- A11, A12 ----

Coroutine<int> one() { co_return 1; }
Coroutine<std::int64_t> down(std::int64_t depth) {
  if (depth == 0) co_return 0;
  const std::int64_t below = co_await down(depth - 1);
  co_return below + 1;
}
Coroutine<> down_to_sleep(std::int64_t depth, int& alive) {
  const testing::Alive here(alive);
  if (depth == 0) {
    co_await asyncio::sleep(60);
  } else {
    co_await down_to_sleep(depth - 1, alive);
  }
}

TEST(LoopFaults, A11_AMillionAwaitsInARowAndNested) {
  const std::int64_t times = 1'000'000;
  const std::int64_t sum = asyncio::run(
      [](std::int64_t count) -> Coroutine<std::int64_t> {
        std::int64_t total = 0;
        for (std::int64_t i = 0; i < count; ++i) total += co_await one();
        const std::int64_t depth = co_await down(count);
        co_return total + depth;
      },
      times);
  EXPECT_EQ(sum, 2 * times);
}

TEST(LoopFaults, A12_ADeepChainIsCancelledAndDestroyedWithoutRecursion) {
  const std::int64_t depth = repeat(300'000, 1'000'000);
  int alive = 0;
  {
    auto loop = asyncio::new_event_loop();
    loop.set_exception_handler([](EventLoop, const asyncio::ExceptionContext&) {});
    loop.run_until_complete(
        [](std::int64_t levels, int& count) -> Coroutine<> {
          auto cancelled = asyncio::create_task(down_to_sleep(levels, count));
          static_cast<void>(asyncio::create_task(down_to_sleep(levels, count)));
          co_await rounds(2);
          EXPECT_EQ(count, 2 * (levels + 1));
          cancelled.cancel();
          co_await rounds(2);
          EXPECT_TRUE(cancelled.cancelled());
          EXPECT_EQ(count, levels + 1);
        },
        depth, std::ref(alive));
    EXPECT_EQ(alive, depth + 1);
  }
  EXPECT_EQ(alive, 0);  // The second one went with the loop.
}

// ---- A20 ----

TEST(LoopFaults, A20_OneLoopAtATimeInAThreadAndOneThreadForALoop) {
  EXPECT_THROW(static_cast<void>(asyncio::get_running_loop()), RuntimeError);
  auto other = asyncio::new_event_loop();
  asyncio::run(
      [](EventLoop second) -> Coroutine<> {
        auto loop = asyncio::get_running_loop();
        auto coroutine = rounds(1);
        EXPECT_EQ(text_of<RuntimeError>([&] { asyncio::run(std::move(coroutine)); }),
                  "asyncio.run() cannot be called from a running event loop");
        coroutine.close();
        EXPECT_EQ(text_of<RuntimeError>([&] { loop.run_forever(); }), "This event loop is already running");
        EXPECT_EQ(text_of<RuntimeError>([&] { second.run_forever(); }),
                  "Cannot run the event loop while another loop is running");
        EXPECT_EQ(text_of<RuntimeError>([&] { loop.close(); }), "Cannot close a running event loop");
        std::string elsewhere;
        Party party([&] { elsewhere = text_of<RuntimeError>([&] { loop.run_forever(); }); });
        party.join();
        EXPECT_EQ(elsewhere, "This event loop is already running");
        co_return;
      },
      other);
  other.close();
  EXPECT_EQ(text_of<RuntimeError>([&] { other.run_forever(); }), "Event loop is closed");
  EXPECT_EQ(text_of<RuntimeError>([&] { other.call_soon([] {}); }), "Event loop is closed");
  other.close();  // Again: nothing.
}

// ---- A26 ----

TEST(LoopFaults, A26_WhatCallbacksAddWaitsForTheNextRound) {
  auto loop = asyncio::new_event_loop();
  std::vector<std::string> order;
  Pipe pipe;
  pipe.write();
  int self = 0;
  std::function<void()> again = [&] {
    order.push_back("self" + std::to_string(self));
    if (++self < 4) loop.call_soon(again);
  };
  loop.add_reader(pipe.ends[0], [&] {
    pipe.read();
    order.emplace_back("io");
  });
  loop.call_at(loop.time() - 1, [&] { order.emplace_back("timer"); });
  loop.call_soon(again);
  loop.call_later(0.02, [&] { loop.stop(); });
  loop.run_forever();
  // One batch a round: what was queued, what is readable, what is due.
  EXPECT_THAT(order, ElementsAre("self0", "io", "timer", "self1", "self2", "self3"));
  loop.remove_reader(pipe.ends[0]);
  loop.close();
}

TEST(LoopFaults, A26_ACallbackThatQueuesItselfKeepsNobodyWaiting) {
  auto loop = asyncio::new_event_loop();
  std::function<void()> again = [&] { loop.call_soon(again); };
  loop.call_soon(again);
  loop.call_later(0.002, [&] { loop.stop(); });
  loop.run_forever();
  loop.close();
}

}  // namespace
}  // namespace skein
