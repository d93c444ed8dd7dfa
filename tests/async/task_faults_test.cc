// The rows of the fault table about what several tasks have to do with each other, and with threads: A21, A22, A23,
// A24.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/asyncio.h>
#include <skein/futures.h>
#include <skein/threading.h>
#include <skein/time.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "async/helpers.h"

namespace skein {
namespace {

using asyncio::CancelledError;
using asyncio::Coroutine;
using asyncio::Task;
using ::testing::ElementsAre;
using testing::Heard;
using ::testing::IsEmpty;
using testing::rounds;

// ---- A21 ----

TEST(AsyncFaults, A21_ATaskCannotAwaitItselfAndMayAwaitADoneOneTwice) {
  asyncio::run([]() -> Coroutine<> {
    auto self = asyncio::create_task([]() -> Coroutine<std::string> {
      auto me = asyncio::current_task();
      try {
        co_await *me;
      } catch (const RuntimeError& error) {
        co_return error.what();
      }
      co_return "nothing";
    });
    const std::string said = co_await self;
    EXPECT_THAT(said, ::testing::StartsWith("Task cannot await on itself: <Task pending name='Task-"));
    const std::string again = co_await self;
    EXPECT_EQ(said, again);
  });
}

TEST(AsyncFaults, A21_ACoroutineIsAwaitedOnce) {
  asyncio::run([]() -> Coroutine<> {
    auto coroutine = rounds(1);
    co_await coroutine;
    bool refused = false;
    try {
      co_await coroutine;
    } catch (const RuntimeError& error) {
      refused = std::string(error.what()) == "cannot reuse already awaited coroutine";
    }
    EXPECT_TRUE(refused);
  });
}

// ---- A22 ----

TEST(AsyncFaults, A22_GatherDoesNotSwallowACancellation) {
  asyncio::run([]() -> Coroutine<> {
    const auto stubborn = []() -> Coroutine<int> {
      try {
        co_await asyncio::sleep(60);
      } catch (const CancelledError&) {
      }
      co_return 1;
    };
    auto outer = asyncio::create_task(
        [](auto child) -> Coroutine<> {
          static_cast<void>(co_await asyncio::gather(asyncio::return_exceptions, child(), child()));
        },
        stubborn);
    co_await rounds(3);
    outer.cancel();
    bool cancelled = false;
    try {
      co_await outer;
    } catch (const CancelledError&) {
      cancelled = true;
    }
    EXPECT_TRUE(cancelled);
  });
}

TEST(AsyncFaults, A22_GatherOfNothingAndOfTheSameTwice) {
  asyncio::run([]() -> Coroutine<> {
    const std::vector<Task<int>> none;
    const auto empty = co_await asyncio::gather(none);
    EXPECT_THAT(empty, IsEmpty());
    co_await asyncio::gather();
    int calls = 0;
    auto task = asyncio::create_task(
        [](int& count) -> Coroutine<int> {
          ++count;
          co_return 7;
        },
        std::ref(calls));
    const std::vector<Task<int>> twice{task, task};
    const auto both = co_await asyncio::gather(twice);
    EXPECT_THAT(both, ElementsAre(7, 7));
    EXPECT_EQ(calls, 1);
  });
}

TEST(AsyncFaults, A22_TheOthersGoOnWhenOneFails) {
  asyncio::run([]() -> Coroutine<> {
    const Heard heard(asyncio::get_running_loop());
    int ended = 0;
    const auto fails = [](int after, int value, int& count) -> Coroutine<int> {
      co_await rounds(after);
      ++count;
      if (value < 0) throw ValueError(std::to_string(value));
      co_return value;
    };
    std::string said;
    try {
      static_cast<void>(co_await asyncio::gather(fails(1, -1, ended), fails(9, 5, ended), fails(8, -2, ended)));
    } catch (const ValueError& error) {
      said = error.what();
    }
    EXPECT_EQ(said, "-1");
    EXPECT_EQ(ended, 1);
    co_await rounds(12);
    EXPECT_EQ(ended, 3);
    EXPECT_THAT(heard.messages, IsEmpty());  // The second failure counts as asked for, as in Python.
  });
}

// ---- A23 ----

TEST(AsyncFaults, A23_CancellingTheFutureLeavesARunningJobWithItsArguments) {
  threading::Event begun;
  threading::Event go_on;
  std::atomic<int> seen{0};
  asyncio::run(
      [](threading::Event& started, threading::Event& release, std::atomic<int>& found) -> Coroutine<> {
        auto loop = asyncio::get_running_loop();
        auto argument = std::make_shared<int>(42);
        const std::weak_ptr<int> watched = argument;
        auto future = loop.run_in_executor(
            None,
            [&](const std::shared_ptr<int>& number) {
              started.set();
              release.wait();
              skein::time::sleep(0.02);  // So that who does not wait for it comes too early.
              found.store(*number);
            },
            std::move(argument));
        while (!started.is_set()) co_await asyncio::sleep(0.001);
        EXPECT_TRUE(future.cancel());
        co_await rounds(2);
        EXPECT_TRUE(future.cancelled());
        EXPECT_FALSE(watched.expired());
        release.set();
      },
      std::ref(begun), std::ref(go_on), std::ref(seen));
  EXPECT_EQ(seen.load(), 42);  // run() has waited for the executor.
}

// python/cpython#82611: what run_in_executor() left behind.
TEST(AsyncFaults, A23_AJobThatIsThroughHoldsNeitherItsArgumentsNorItsResult) {
  futures::ThreadPoolExecutor executor(1);
  asyncio::run(
      [](futures::Executor& pool) -> Coroutine<> {
        auto number = std::make_shared<int>(42);
        const std::weak_ptr<int> watched = number;
        auto loop = asyncio::get_running_loop();
        {
          const auto same =
              co_await loop.run_in_executor(pool, [](std::shared_ptr<int> held) { return held; }, std::move(number));
          EXPECT_EQ(*same, 42);
        }
        while (!watched.expired()) co_await asyncio::sleep(0.001);
      },
      std::ref<futures::Executor>(executor));
}

// ---- A24 ----

TEST(AsyncFaults, A24_ATaskThatIsStubbornAtTheEndIsWaitedFor) {
  int refused = 0;
  asyncio::run(
      [](int& count) -> Coroutine<> {
        static_cast<void>(asyncio::create_task(
            [](int& times) -> Coroutine<> {
              for (;;) {
                try {
                  co_await asyncio::sleep(60);
                } catch (const CancelledError&) {
                  ++times;
                }
                co_await asyncio::sleep(0.001);
                if (times == 1) {
                  times = 2;
                  co_return;
                }
              }
            },
            std::ref(count)));
        co_await rounds(2);
      },
      std::ref(refused));
  EXPECT_EQ(refused, 2);  // It came to its end.
}

TEST(AsyncFaults, A24_ATaskThatGoesOnAndOnIsLeftWhenTheLimitHasPassed) {
  int alive = 0;
  std::vector<std::string> messages;
  {
    auto loop = asyncio::new_event_loop();
    Heard heard(loop);
    asyncio::Runner runner({.loop_factory = [&] { return loop; }, .shutdown_timeout = 0.05});
    runner.run([&]() -> Coroutine<> {
      static_cast<void>(asyncio::create_task([&]() -> Coroutine<> {
        const testing::Alive counted(alive);
        for (;;) {
          try {
            co_await asyncio::sleep(0.001);
          } catch (const CancelledError&) {
          }
        }
      }));
      co_await rounds(2);
    });
    EXPECT_EQ(alive, 1);
    runner.close();
    EXPECT_THAT(heard.messages, ElementsAre("Task did not end in time after it was cancelled"));
    loop.set_exception_handler([&](asyncio::EventLoop, const asyncio::ExceptionContext& context) {
      messages.push_back(context.message.substr(0, context.message.find('\n')));
    });
  }
  EXPECT_THAT(messages, ElementsAre("Task was destroyed but it is pending!"));
  EXPECT_EQ(alive, 0);
}

TEST(AsyncFaults, A24_WhatFailsAtTheEndIsReported) {
  auto loop = asyncio::new_event_loop();
  Heard heard(loop);
  {
    asyncio::Runner runner({.loop_factory = [&] { return loop; }});
    runner.run([]() -> Coroutine<> {
      static_cast<void>(asyncio::create_task([]() -> Coroutine<> {
        try {
          co_await asyncio::sleep(60);
        } catch (const CancelledError&) {
          throw ValueError("at the end");
        }
      }));
      co_await rounds(2);
    });
  }
  EXPECT_THAT(heard.messages, ElementsAre("unhandled exception during asyncio.run() shutdown"));
  EXPECT_TRUE(loop.is_closed());
}

}  // namespace
}  // namespace skein
