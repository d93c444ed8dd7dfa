// The rows of the fault table about the loop and time: A13, A15.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/asyncio.h>

#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "async/helpers.h"

namespace skein {
namespace {

using asyncio::Coroutine;
using testing::rounds;

// ---- A13 ----

TEST(LoopFaults, A13_OddDelays) {
  asyncio::run([]() -> Coroutine<> {
    auto loop = asyncio::get_running_loop();
    std::vector<std::string> order;
    loop.call_later(-5, [&order] { order.emplace_back("negative"); });
    loop.call_later(0, [&order] { order.emplace_back("zero"); });
    loop.call_later(std::numeric_limits<double>::infinity(), [&order] { order.emplace_back("infinite"); });
    loop.call_later(1e300, [&order] { order.emplace_back("huge"); });
    loop.call_at(-1, [&order] { order.emplace_back("past"); });
    EXPECT_THROW(loop.call_later(std::numeric_limits<double>::quiet_NaN(), [] {}), ValueError);
    EXPECT_THROW(loop.call_at(std::numeric_limits<double>::quiet_NaN(), [] {}), ValueError);
    EXPECT_THROW(static_cast<void>(asyncio::sleep(std::numeric_limits<double>::quiet_NaN())), ValueError);
    co_await asyncio::sleep(-1);
    co_await asyncio::sleep(-std::numeric_limits<double>::infinity());
    co_await rounds(2);
    EXPECT_THAT(order, ::testing::UnorderedElementsAre("negative", "zero", "past"));
    auto never = asyncio::create_task([]() -> Coroutine<> { co_await asyncio::sleep(None); });
    co_await rounds(3);
    EXPECT_FALSE(never.done());
    never.cancel();
  });
}

// ---- A15 ----

TEST(LoopFaults, A15_CancelledTimersDoNotPileUp) {
  asyncio::run([]() -> Coroutine<> {
    auto loop = asyncio::get_running_loop();
    auto alive = std::make_shared<int>(0);
    for (int round = 0; round < 100; ++round) {
      std::vector<asyncio::TimerHandle> handles;
      for (int i = 0; i < 1000; ++i) handles.push_back(loop.call_later(3600, [alive] {}));
      for (asyncio::TimerHandle& handle : handles) handle.cancel();
      EXPECT_EQ(alive.use_count(), 1);  // What it would have called goes at once.
      co_await asyncio::sleep(0);
    }
    // Sleeps that are cancelled, too.
    for (int round = 0; round < 20; ++round) {
      std::vector<asyncio::Task<void>> tasks;
      for (int i = 0; i < 500; ++i)
        tasks.push_back(asyncio::create_task([]() -> Coroutine<> { co_await asyncio::sleep(3600); }));
      co_await rounds(1);
      for (auto& task : tasks) task.cancel();
      co_await rounds(2);
    }
  });
}

}  // namespace
}  // namespace skein
