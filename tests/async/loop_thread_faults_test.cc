// The rows of the fault table about the loop and other threads: A7, A8, A25, A30, A31.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/asyncio.h>
#include <skein/futures.h>
#include <skein/threading.h>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "async/helpers.h"
#include "testing/asleep.h"
#include "testing/party.h"
#include "testing/repeat.h"

namespace skein {
namespace {

using asyncio::Coroutine;
using asyncio::EventLoop;
using asyncio::Future;
using ::testing::ElementsAre;
using testing::eventually;
using testing::Party;
using testing::repeat;
using testing::rounds;
using testing::text_of;

// ---- A7 ----

TEST(LoopFaults, A7_ALoopMayCloseWhileJobsRun) {
  ::testing::internal::CaptureStderr();
  for (std::int64_t i = 0; i < repeat(30, 1000); ++i) {
    threading::Event go_on;
    futures::ThreadPoolExecutor executor(2);
    {
      auto loop = asyncio::new_event_loop();
      loop.run_until_complete(
          [](EventLoop on, futures::Executor& pool, threading::Event& release) -> Coroutine<> {
            for (int k = 0; k < 8; ++k) static_cast<void>(on.run_in_executor(pool, [&release] { release.wait(); }));
            co_return;
          },
          loop, std::ref(executor), std::ref(go_on));
      if (i % 2 == 0) go_on.set();
      loop.close();
    }
    go_on.set();
  }
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");  // Nobody is told of the results that came too late.
}

// ---- A8 ----

TEST(LoopFaults, A8_CallbacksFromEightThreadsAllRunInTheOrderOfEach) {
  constexpr int kThreads = 8;
  const std::int64_t each = repeat(5'000, 1'000'000);
  auto loop = asyncio::new_event_loop();
  std::vector<std::int64_t> next(kThreads, 0);
  std::int64_t wrong = 0;
  std::int64_t ran = 0;
  {
    testing::Parties parties(kThreads, [&](int which) {
      for (std::int64_t i = 0; i < each; ++i) {
        loop.call_soon_threadsafe([&, which, i] {
          wrong += next[static_cast<std::size_t>(which)]++ == i ? 0 : 1;
          if (++ran == kThreads * each) loop.stop();
        });
      }
    });
    loop.run_forever();
    parties.join();
  }
  EXPECT_EQ(ran, kThreads * each);
  EXPECT_EQ(wrong, 0);
  loop.close();
}

TEST(LoopFaults, A8_ALoopThatSleepsIsWoken) {
  for (const bool polls : {false, true}) {  // It sleeps in one of two ways.
    asyncio::run(
        [](bool registered) -> Coroutine<> {
          auto loop = asyncio::get_running_loop();
          std::array<int, 2> ends{};
          EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
          if (registered) loop.add_reader(ends[0], [] {});
          auto woken = loop.create_future<void>();
          const auto loops_thread = testing::this_tid();
          Party other([&] {
            EXPECT_TRUE(eventually([&] { return testing::is_asleep(loops_thread); }));
            loop.call_soon_threadsafe([woken]() mutable { woken.set_result(); });
          });
          co_await woken;
          other.join();
          loop.remove_reader(ends[0]);
          for (const int end : ends) ::close(end);
        },
        polls);
  }
}

TEST(LoopFaults, A8_WhatComesWhenItClosesRunsNotAtAllOrIsAnError) {
  for (std::int64_t i = 0; i < repeat(300); ++i) {
    auto loop = asyncio::new_event_loop();
    auto alive = std::make_shared<int>(0);
    std::atomic<bool> begun{false};
    Party caller([&] {
      begun.store(true);
      for (int k = 0; k < 1000; ++k) {
        try {
          loop.call_soon_threadsafe([alive] {});
        } catch (const RuntimeError& error) {
          EXPECT_STREQ(error.what(), "Event loop is closed");
          return;
        }
      }
    });
    while (!begun.load()) std::this_thread::yield();
    loop.close();
    caller.join();
    EXPECT_EQ(alive.use_count(), 1);  // What was queued is gone.
  }
}

// ---- A25 ----

TEST(LoopFaults, A25_AFutureThatAnotherThreadCompletesIsAnErrorThere) {
  asyncio::run([]() -> Coroutine<> {
    auto loop = asyncio::get_running_loop();
    auto future = loop.create_future<int>();
    auto waiter =
        asyncio::create_task([](Future<int> awaited) -> Coroutine<int> { co_return co_await awaited; }, future);
    co_await rounds(2);
    const std::string said =
        co_await asyncio::to_thread([loop]() mutable { return text_of<RuntimeError>([&] { loop.call_soon([] {}); }); });
    EXPECT_EQ(said, "Non-thread-safe operation invoked on an event loop other than the current one");
    // The way to do it.
    co_await asyncio::to_thread(
        [loop, future]() mutable { loop.call_soon_threadsafe([future]() mutable { future.set_result(3); }); });
    const int got = co_await waiter;
    EXPECT_EQ(got, 3);
  });
}

// ---- A30 ----

thread_local int t_mark = 0;  // Its address names the thread that asks.

// Suspends in every way that there is, and asks each time to be gone on with in another thread.
Coroutine<> wander(EventLoop loop, futures::Executor& pool, int& moves) {
  const auto me = asyncio::current_task();
  const auto moved = [&](const int* before, const int* after) {
    EXPECT_NE(before, after);
    EXPECT_EQ(asyncio::get_running_loop(), loop);
    EXPECT_EQ(asyncio::current_task(), me);
    ++moves;
  };
  const auto inner = [](EventLoop on) -> Coroutine<const int*> {
    const int* const before = &t_mark;
    on.stop();
    co_await asyncio::sleep(0);
    EXPECT_NE(before, &t_mark);
    co_return before;
  };
  for (int round = 0; round < 3; ++round) {
    const int* before = &t_mark;
    loop.stop();
    co_await asyncio::sleep(0);
    moved(before, &t_mark);

    before = &t_mark;
    loop.stop();
    co_await asyncio::sleep(0.001);
    moved(before, &t_mark);

    before = &t_mark;
    auto future = loop.create_future<void>();
    loop.call_soon([future]() mutable { future.set_result(); });
    loop.stop();
    co_await future;
    moved(before, &t_mark);

    before = &t_mark;
    loop.stop();
    const auto both = co_await asyncio::gather(asyncio::sleep(0, 1), asyncio::sleep(0.001, 2));
    EXPECT_EQ(both, (std::tuple{1, 2}));
    moved(before, &t_mark);

    before = co_await inner(loop);
    moved(before, &t_mark);

    before = &t_mark;
    loop.stop();
    const int found = co_await loop.run_in_executor(pool, [] { return 3; });
    EXPECT_EQ(found, 3);
    moved(before, &t_mark);

    before = &t_mark;
    loop.stop();
    EXPECT_EQ(co_await asyncio::wait_for(asyncio::sleep(0.001, 4), 30), 4);
    moved(before, &t_mark);
  }
  loop.stop();
}

TEST(LoopFaults, A30_ATaskGoesOnInWhateverThreadRunsItsLoopNow) {
  futures::ThreadPoolExecutor pool(1);
  auto loop = asyncio::new_event_loop();
  int moves = 0;
  const auto task = loop.create_task(wander, loop, std::ref<futures::Executor>(pool), std::ref(moves));
  for (int i = 0; !task.done(); ++i) {
    if (i % 2 == 0) {
      loop.run_forever();
    } else {
      Party([&] { loop.run_forever(); }).join();
    }
  }
  task.result();
  EXPECT_EQ(moves, 21);
  loop.close();
}

// Whoever brings the result may find the task, its frame and the loop gone as soon as it has handed it over.
TEST(LoopFaults, A30_WhoBringsAResultTouchesNothingAfterwards) {
  futures::ThreadPoolExecutor pool(2);
  for (std::int64_t i = 0; i < repeat(3000, 100'000); ++i) {
    auto loop = asyncio::new_event_loop();
    const auto found = loop.run_until_complete(
        [](EventLoop on, futures::Executor& executor, std::int64_t number) -> Coroutine<std::int64_t> {
          co_return co_await on.run_in_executor(executor, [number] { return number; });
        },
        loop, std::ref<futures::Executor>(pool), i);
    EXPECT_EQ(found, i);
  }
}

// ---- A31 ----

TEST(LoopFaults, A31_ThreadsafeInTheLoopsOwnThreadKeepsTheOrder) {
  asyncio::run([]() -> Coroutine<> {
    auto loop = asyncio::get_running_loop();
    std::vector<char> order;
    loop.call_soon_threadsafe([&] { order.push_back('a'); });
    loop.call_soon([&] { order.push_back('b'); });
    loop.call_soon_threadsafe([&] { order.push_back('c'); });
    co_await rounds(1);
    EXPECT_THAT(order, ElementsAre('a', 'b', 'c'));
  });
}

// ---- beyond the table ----

// As in CPython: who waits in the other thread is told, and so is the loop.
TEST(LoopFaults, WhatATaskFactoryThrowsEndsTheFutureOfAnotherThread) {
  EventLoop loop = asyncio::new_event_loop();
  std::atomic<int> reports{0};
  loop.set_exception_handler([&reports](EventLoop, const asyncio::ExceptionContext&) { reports.fetch_add(1); });
  loop.set_task_factory([](EventLoop, asyncio::AnyCoroutine coro, asyncio::TaskOptions) -> asyncio::AnyTask {
    coro.close();
    throw ValueError("no tasks today");
  });
  std::thread runs([&loop] { loop.run_forever(); });
  auto outcome = asyncio::run_coroutine_threadsafe(loop, []() -> Coroutine<int> { co_return 1; });
  EXPECT_EQ(text_of<std::exception>([&] { static_cast<void>(outcome.result(5)); }), "no tasks today");
  loop.call_soon_threadsafe([&loop] { loop.stop(); });
  runs.join();
  EXPECT_EQ(reports.load(), 1);
  loop.close();
}

struct ThrowsWhenCopied {
  ThrowsWhenCopied() = default;
  ThrowsWhenCopied(const ThrowsWhenCopied& /*other*/) { throw ValueError("not twice"); }
  ThrowsWhenCopied(ThrowsWhenCopied&&) noexcept = default;
};

TEST(LoopFaults, AResultThatCannotBeCopiedEndsTheFutureOfAnotherThread) {
  EventLoop loop = asyncio::new_event_loop();
  std::thread runs([&loop] { loop.run_forever(); });
  auto outcome =
      asyncio::run_coroutine_threadsafe(loop, []() -> Coroutine<ThrowsWhenCopied> { co_return ThrowsWhenCopied(); });
  EXPECT_EQ(text_of<std::exception>([&] { static_cast<void>(outcome.result(5)); }), "not twice");
  loop.call_soon_threadsafe([&loop] { loop.stop(); });
  runs.join();
  loop.close();
}

class RefusesToEnd final : public futures::ThreadPoolExecutor {
 public:
  using Executor::shutdown;
  explicit RefusesToEnd(bool always = false) : always_(always) {}
  void shutdown(ShutdownOptions options) override {
    if (options.wait) throw ValueError("not now");
    ThreadPoolExecutor::shutdown(options);
    if (always_) throw ValueError("never");
  }

 private:
  const bool always_;
};

TEST(LoopFaults, WhatTheDefaultExecutorsEndThrowsIsThrownWhereItIsAwaited) {
  EventLoop loop = asyncio::new_event_loop();
  loop.set_default_executor(std::make_shared<RefusesToEnd>());
  EXPECT_EQ(text_of<std::exception>([&] { loop.run_until_complete(loop.shutdown_default_executor(5)); }), "not now");
  loop.close();
}

TEST(LoopFaults, WhatTheDefaultExecutorsEndThrowsIsThrownByRun) {
  for (const bool always : {false, true}) {
    std::optional<EventLoop> loop;
    EXPECT_EQ(text_of<std::exception>([&] {
                asyncio::run([&]() -> Coroutine<> {
                  loop = asyncio::get_running_loop();
                  loop->set_default_executor(std::make_shared<RefusesToEnd>(always));
                  co_return;
                });
              }),
              always ? "never" : "not now");
    EXPECT_TRUE(loop->is_closed());
  }
}

}  // namespace
}  // namespace skein
