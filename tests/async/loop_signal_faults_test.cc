// The rows of the fault table about the loop and signals: A18, A19.
#include <gtest/gtest.h>
#include <skein/asyncio.h>

#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdint>
#include <functional>
#include <thread>

#include "async/helpers.h"
#include "testing/party.h"
#include "testing/repeat.h"

namespace skein {
namespace {

using asyncio::Coroutine;
using testing::now;
using testing::Party;
using testing::repeat;
using testing::rounds;

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

// Which round decides: conformance.async_signal_removed.
TEST(LoopFaults, A19_AHandlerThatIsRemovedBeforeTheLoopReadsOfTheSignalIsNotCalled) {
  asyncio::run([]() -> Coroutine<> {
    auto loop = asyncio::get_running_loop();
    int calls = 0;
    loop.add_signal_handler(SIGUSR1, [&] { ++calls; });
    loop.call_soon([&] { loop.remove_signal_handler(SIGUSR1); });
    ::raise(SIGUSR1);
    co_await rounds(4);
    EXPECT_EQ(calls, 0);
    // And what came then is not kept for a later one.
    loop.add_signal_handler(SIGUSR1, [&] { ++calls; });
    loop.add_signal_handler(SIGUSR2, [] {});
    ::raise(SIGUSR2);
    co_await rounds(4);
    EXPECT_EQ(calls, 0);
  });
}

TEST(LoopFaults, A19_ASignalThatAClosedLoopHasNotReadOfIsNotTheNextOnes) {
  {
    auto loop = asyncio::new_event_loop();
    loop.add_signal_handler(SIGUSR1, [] {});
    ::raise(SIGUSR1);
    loop.close();
  }
  asyncio::run([]() -> Coroutine<> {
    auto loop = asyncio::get_running_loop();
    int calls = 0;
    loop.add_signal_handler(SIGUSR1, [&] { ++calls; });
    loop.add_signal_handler(SIGUSR2, [] {});
    ::raise(SIGUSR2);
    co_await rounds(4);
    EXPECT_EQ(calls, 0);
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

}  // namespace
}  // namespace skein
