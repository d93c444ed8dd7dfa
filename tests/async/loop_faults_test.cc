// The rows of the fault table about the loop: A6, A7, A8, A9, A10, A11, A13, A15, A16, A18, A19, A20, A25, A26, A31,
// A32.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/asyncio.h>
#include <skein/futures.h>
#include <skein/threading.h>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <thread>
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
using ::testing::HasSubstr;
using testing::Heard;
using ::testing::IsEmpty;
using testing::now;
using testing::Party;
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

// ---- A7 ----

TEST(LoopFaults, A7_ALoopMayCloseWhileJobsRun) {
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

// ---- A16 ----

struct Pipe {
  Pipe() { EXPECT_EQ(::pipe2(ends.data(), O_NONBLOCK | O_CLOEXEC), 0); }
  ~Pipe() {
    close_reader();
    if (ends[1] >= 0) ::close(ends[1]);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  void close_reader() {
    if (ends[0] >= 0) ::close(ends[0]);
    ends[0] = -1;
  }
  void write() const { EXPECT_EQ(::write(ends[1], "x", 1), 1); }
  void read() const {
    std::array<char, 16> buffer{};
    static_cast<void>(::read(ends[0], buffer.data(), buffer.size()));
  }
  std::array<int, 2> ends{-1, -1};
};

TEST(LoopFaults, A16_ADescriptorThatIsClosedWhileRegisteredAndItsNumberUsedAgain) {
  asyncio::run([]() -> Coroutine<> {
    auto loop = asyncio::get_running_loop();
    int first_calls = 0;
    int second_calls = 0;
    Pipe first;
    const int number = first.ends[0];
    loop.add_reader(number, [&] { ++first_calls; });
    first.write();
    co_await rounds(2);
    EXPECT_GT(first_calls, 0);
    const int duplicate = ::dup(number);  // Keeps the registration alive in the kernel.
    first.close_reader();
    Pipe second;
    EXPECT_EQ(second.ends[0], number);
    EXPECT_TRUE(loop.remove_reader(number));
    EXPECT_FALSE(loop.remove_reader(number));
    const int before = first_calls;
    loop.add_reader(number, [&] { ++second_calls; });
    co_await rounds(3);
    EXPECT_EQ(first_calls, before);
    EXPECT_EQ(second_calls, 0);  // What the duplicate has to read is nobody's.
    second.write();
    co_await asyncio::sleep(0.01);
    EXPECT_GT(second_calls, 0);
    loop.remove_reader(number);
    ::close(duplicate);
  });
}

TEST(LoopFaults, A16_BadDescriptorsAreErrorsThatChangeNothing) {
  asyncio::run([]() -> Coroutine<> {
    auto loop = asyncio::get_running_loop();
    EXPECT_THROW(loop.add_reader(-1, [] {}), ValueError);
    EXPECT_THROW(loop.add_reader(999'999, [] {}), OSError);
    EXPECT_FALSE(loop.remove_reader(999'999));
    co_await rounds(2);
  });
}

TEST(LoopFaults, A16_ManyDescriptorsAtOnce) {
  asyncio::run([]() -> Coroutine<> {
    auto loop = asyncio::get_running_loop();
    constexpr std::size_t kPipes = 300;
    std::vector<std::unique_ptr<Pipe>> pipes;
    std::vector<int> calls(kPipes, 0);
    for (std::size_t i = 0; i < kPipes; ++i) {
      pipes.push_back(std::make_unique<Pipe>());
      loop.add_reader(pipes[i]->ends[0], [&, i] {
        pipes[i]->read();
        ++calls[i];
      });
    }
    for (const auto& pipe : pipes) pipe->write();
    co_await asyncio::sleep(0.01);
    EXPECT_THAT(calls, ::testing::Each(1));
    for (const auto& pipe : pipes) EXPECT_TRUE(loop.remove_reader(pipe->ends[0]));
  });
}

// ---- A18, A19 ----

TEST(LoopFaults, A18_TheFirstCtrlCCancelsTheMainTask) {
  bool cancelled = false;
  EXPECT_THROW(asyncio::run(
                   [](bool& seen) -> Coroutine<> {
                     asyncio::get_running_loop().call_later(0.005, [] { ::raise(SIGINT); });
                     try {
                       co_await asyncio::sleep(60);
                     } catch (const asyncio::CancelledError&) {
                       seen = true;
                       throw;
                     }
                   },
                   std::ref(cancelled)),
               KeyboardInterrupt);
  EXPECT_TRUE(cancelled);
  struct sigaction after{};
  EXPECT_EQ(::sigaction(SIGINT, nullptr, &after), 0);
  EXPECT_EQ(after.sa_handler, SIG_DFL);
}

TEST(LoopFaults, A18_TheSecondCtrlCEndsTheLoop) {
  int swallowed = 0;
  EXPECT_THROW(asyncio::run(
                   [](int& count) -> Coroutine<> {
                     auto loop = asyncio::get_running_loop();
                     for (int i = 1; i <= 2; ++i) loop.call_later(0.005 * i, [] { ::raise(SIGINT); });
                     for (;;) {
                       try {
                         co_await asyncio::sleep(0.2);
                         co_return;
                       } catch (const asyncio::CancelledError&) {
                         ++count;
                       }
                     }
                   },
                   std::ref(swallowed)),
               KeyboardInterrupt);
  EXPECT_GE(swallowed, 1);
}

TEST(LoopFaults, A18_InterruptsAtAnyMoment) {
  for (std::int64_t i = 0; i < repeat(100, 1000); ++i) {
    std::atomic<bool> runs{false};
    const pthread_t main = ::pthread_self();
    Party interrupter([&] {
      while (!runs.load()) std::this_thread::yield();
      const double until = now() + 1e-6 * static_cast<double>(i % 100);
      while (now() < until) {
      }
      ::pthread_kill(main, SIGINT);
    });
    EXPECT_THROW(asyncio::run(
                     [](std::atomic<bool>& on) -> Coroutine<> {
                       on.store(true);
                       for (;;) co_await asyncio::sleep(0);
                     },
                     std::ref(runs)),
                 KeyboardInterrupt);
    interrupter.join();
  }
}

TEST(LoopFaults, A19_AFloodOfSignalsIsDeliveredAtLeastOnceAfterTheLast) {
  asyncio::run([]() -> Coroutine<> {
    auto loop = asyncio::get_running_loop();
    std::atomic<int> sent{0};
    int seen_last = 0;
    loop.add_signal_handler(SIGUSR1, [&] { seen_last = sent.load(); });
    {
      testing::Parties senders(4, [&](int) {
        for (int i = 0; i < 500; ++i) {
          sent.fetch_add(1);
          ::kill(::getpid(), SIGUSR1);
        }
      });
      while (seen_last < 2000) co_await asyncio::sleep(0.001);
      senders.join();
    }
    EXPECT_EQ(seen_last, 2000);
    EXPECT_TRUE(loop.remove_signal_handler(SIGUSR1));
    EXPECT_FALSE(loop.remove_signal_handler(SIGUSR1));
    EXPECT_THROW(loop.add_signal_handler(SIGKILL, [] {}), RuntimeError);
    EXPECT_THROW(loop.add_signal_handler(0, [] {}), ValueError);
  });
}

TEST(LoopFaults, A19_ALoopThatGoesWithoutBeingClosedTakesItsHandlersAlong) {
  {
    auto loop = asyncio::new_event_loop();
    loop.add_signal_handler(SIGUSR2, [] {});
  }
  struct sigaction after{};
  EXPECT_EQ(::sigaction(SIGUSR2, nullptr, &after), 0);
  EXPECT_EQ(after.sa_handler, SIG_DFL);
}

// ---- A20, A25 ----

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

// ---- A26, A31, A32 ----

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

TEST(LoopFaults, A32_ReadinessIsAskedForInEveryRound) {
  asyncio::run([]() -> Coroutine<> {
    auto loop = asyncio::get_running_loop();
    std::vector<std::string> order;
    Pipe pipe;
    loop.add_reader(pipe.ends[0], [&] {
      pipe.read();
      order.emplace_back("io");
    });
    pipe.write();
    for (int i = 0; i < 4; ++i) {
      order.push_back(std::to_string(i));
      co_await asyncio::sleep(0);
    }
    EXPECT_THAT(order, ElementsAre("0", "1", "io", "2", "3"));
    // In a new task: it takes a round to begin.
    order.clear();
    auto task = asyncio::create_task(
        [](std::vector<std::string>& seen) -> Coroutine<> {
          for (int i = 0; i < 4; ++i) {
            seen.push_back(std::to_string(i));
            co_await asyncio::sleep(0);
          }
        },
        std::ref(order));
    pipe.write();
    co_await task;
    EXPECT_THAT(order, ElementsAre("0", "io", "1", "2", "3"));
    loop.remove_reader(pipe.ends[0]);
  });
}

}  // namespace
}  // namespace skein
