// Rows F7 to F12, F14 and F16 to F18 of the fault table, each under its number (FAULTS.md): what pools and map must
// survive. The others are in future_faults_test.cc.
#include <gtest/gtest.h>
#include <skein/futures.h>
#include <skein/threading.h>

#include <sched.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <ranges>
#include <thread>
#include <vector>

#include "futures/executors.h"
#include "futures/helpers.h"
#include "testing/child.h"
#include "testing/party.h"
#include "testing/repeat.h"

namespace skein {
namespace {

using futures::BrokenThreadPool;
using futures::Future;
using futures::ThreadPoolExecutor;
using futures::wait;
using testing::Counted;
using testing::eventually;
using testing::int_of;
using testing::Later;
using testing::Outcome;
using testing::Parties;
using testing::repeat;
using testing::Reports;
using testing::run_scenario;
using testing::text_of;

// ---- F7: what is captured ----

TEST(FutureFaults, F7_AnIdlePoolHoldsNothing) {
  const std::int64_t rounds = repeat(2'000);
  std::atomic<int> captured{0};
  std::atomic<int> results{0};
  ThreadPoolExecutor executor(1);
  for (std::int64_t i = 0; i < rounds; ++i) {
    {
      auto future = executor.submit(
          [&results, kept = Counted(captured)](const Counted& /*argument*/) { return Counted(results); },
          Counted(captured));
      static_cast<void>(future.result());
      // The closure and its arguments are gone before the result is there.
      ASSERT_EQ(captured.load(), 0);
    }
    ASSERT_TRUE(eventually([&] { return results.load() == 0; }));
  }
  ASSERT_TRUE(eventually([&] { return executor.stats().idle == 1; }));
}

TEST(FutureFaults, F7_AFailureHoldsNothingEither) {
  std::atomic<int> captured{0};
  ThreadPoolExecutor executor(1);
  auto future = executor.submit([kept = Counted(captured)] { throw 5; });
  EXPECT_EQ(int_of([&] { future.result(); }), 5);
  EXPECT_EQ(captured.load(), 0);
}

// ---- F8: submit races shutdown ----

TEST(FutureFaults, F8_EightSubmittersAgainstShutdown) {
  const std::int64_t rounds = repeat(200);
  constexpr int kSubmitters = 8;
  for (std::int64_t round = 0; round < rounds; ++round) {
    std::atomic<int> ran{0};
    std::atomic<int> accepted{0};
    ThreadPoolExecutor executor(2);
    Parties parties(kSubmitters + 1, [&](int which) {
      if (which == kSubmitters) {
        if (!eventually([&] { return accepted.load() >= static_cast<int>(2 * round); })) ADD_FAILURE();
        executor.shutdown();
        return;
      }
      try {
        for (int i = 0; i < 50; ++i) {
          if (which % 2 == 0) {
            static_cast<void>(executor.submit([&] { ran.fetch_add(1); }));
          } else {  // And by way of a worker.
            static_cast<void>(executor.submit([&] {
              ran.fetch_add(1);
              try {
                static_cast<void>(executor.submit([&] { ran.fetch_add(1); }));
                accepted.fetch_add(1);
              } catch (const RuntimeError&) {
              }
            }));
          }
          accepted.fetch_add(1);
        }
      } catch (const RuntimeError& error) {
        EXPECT_STREQ(error.what(), "cannot schedule new futures after shutdown");
      }
    });
    parties.join();
    ASSERT_EQ(ran.load(), accepted.load()) << round;
  }
}

// ---- F9: waiting for one's own full pool ----

int depth_of(ThreadPoolExecutor& executor, int depth) {
  if (depth == 0) return 0;
  return 1 + executor.submit(&depth_of, std::ref(executor), depth - 1).result();
}

TEST(FutureFaults, F9_OneWorkerWaitsForItsOwnPoolAThousandDeep) {
  constexpr int kDepth = 1'000;
  ThreadPoolExecutor executor(1);
  EXPECT_EQ(executor.submit(&depth_of, std::ref(executor), kDepth).result(60), kDepth);
  EXPECT_EQ(executor.stats().threads, 1U);
}

// ---- F10: the end, from inside ----

TEST(FutureFaults, F10_TheLastReferenceIsDroppedInATask) {
  const std::int64_t rounds = repeat(200);
  for (std::int64_t round = 0; round < rounds; ++round) {
    auto executor = std::make_shared<ThreadPoolExecutor>(1 + round % 2);
    std::atomic<int> ran{0};
    threading::Event dropped;
    auto future = executor->submit([&, held = executor]() mutable {
      dropped.wait();
      held.reset();
      ran.fetch_add(1);
    });
    auto queued = executor->submit([&] { return ran.fetch_add(1) + 1; });
    executor.reset();
    dropped.set();
    future.result(20);
    static_cast<void>(queued.result(20));
    ASSERT_EQ(ran.load(), 2);
  }
}

TEST(FutureFaults, F10_ShutdownInAWorkerIsAnErrorAndTheRestIsDone) {
  ThreadPoolExecutor executor(2);
  auto future = executor.submit([&] { executor.shutdown(); });
  EXPECT_EQ(text_of<RuntimeError>([&] { future.result(20); }), "cannot join current thread");
  EXPECT_THROW(executor.submit([] {}), RuntimeError);
}

// ---- F11: too few and too many workers ----

TEST(FutureFaults, F11_NoneAreAnErrorAndAMillionAreAccepted) {
  EXPECT_THROW(const ThreadPoolExecutor executor(0), ValueError);
  EXPECT_THROW(const ThreadPoolExecutor executor(-1), ValueError);
  ThreadPoolExecutor executor(1'000'000);
  EXPECT_EQ(executor.submit([] { return 7; }).result(), 7);
  EXPECT_LE(executor.stats().threads, 1U);
}

// Stacks of which there is no room for a second one.
SKEIN_SCENARIO(threads_run_out) {
  constexpr int kTasks = 50;
  ThreadPoolExecutor executor(1'000'000);
  threading::Event go_on;
  std::atomic<int> ran{0};
  std::vector<Future<void>> futures;
  futures.push_back(executor.submit([&] {
    go_on.wait();
    ran.fetch_add(1);
  }));
  while (executor.stats().queued != 0) ::sched_yield();
  threading::stack_size(std::int64_t{1} << 46);
  for (int i = 0; i < kTasks; ++i) futures.push_back(executor.submit([&] { ran.fetch_add(1); }));
  std::printf("%zu threads\n", executor.stats().threads);
  go_on.set();
  static_cast<void>(wait(futures));
  std::printf("%d ran\n", ran.load());
  // A pool that has no worker at all can only say so.
  ThreadPoolExecutor none(4);
  std::printf("%s\n", text_of<RuntimeError>([&] { none.submit([] {}); }).c_str());
  std::printf("%zu threads, %zu queued\n", none.stats().threads, none.stats().queued);
  threading::stack_size(0);
  std::printf("%d\n", none.submit([] { return 7; }).result());
  return 0;
}
TEST(FutureFaults, F11_WhereNoMoreThreadsAreToBeHadThoseThereAreDoTheWork) {
  const Outcome outcome = run_scenario("threads_run_out");
  EXPECT_TRUE(outcome.good()) << outcome;
  EXPECT_EQ(outcome.out, "1 threads\n51 ran\ncan't start new thread\n0 threads, 0 queued\n7\n") << outcome;
}

// ---- F12: an initializer that throws ----

TEST(FutureFaults, F12_AllThatIsPendingFailsWhenAnInitializerThrows) {
  const std::int64_t rounds = repeat(200);
  for (std::int64_t round = 0; round < rounds; ++round) {
    const Reports reports;
    std::atomic<int> alive{0};
    std::atomic<int> refused{0};
    {
      ThreadPoolExecutor executor({.max_workers = 2}, [] { throw 5; });
      std::mutex lock;
      std::vector<Future<void>> futures;
      Parties parties(4, [&](int) {
        for (int i = 0; i < 5; ++i) {
          try {
            auto future = executor.submit([kept = Counted(alive)] {});
            const std::scoped_lock guard(lock);
            futures.push_back(future);
          } catch (const BrokenThreadPool&) {
            refused.fetch_add(1);
          }
        }
      });
      parties.join();
      ASSERT_EQ(static_cast<int>(futures.size()) + refused.load(), 20);
      for (auto& future : futures) ASSERT_THROW(future.result(20), BrokenThreadPool);
      ASSERT_THROW(executor.submit([] {}), BrokenThreadPool);
    }
    ASSERT_EQ(alive.load(), 0);
    ASSERT_GE(reports.size(), 1U);
    ASSERT_EQ(reports.at(0).message, "Exception in initializer");
  }
}

// ---- F14: map ----

TEST(FutureFaults, F14_EndlessRangesAreTakenInAsFarAsTheBufferGoes) {
  ThreadPoolExecutor executor(2);
  std::atomic<int> begun{0};
  int taken = 0;
  for (const int result : executor.map(
           {.buffersize = 4},
           [&](int x) {
             begun.fetch_add(1);
             return x;
           },
           std::views::iota(0))) {
    ASSERT_EQ(result, taken);
    ASSERT_LE(begun.load(), ++taken + 4);
    if (taken == 1'000) break;
  }
}

TEST(FutureFaults, F14_AResultThatThrowsATimeoutAndAnEarlyEndCancelTheRest) {
  {
    Later executor;
    auto results = executor.map([](int x) { return x < 1 ? throw 5 : x; }, std::views::iota(0, 5));
    executor.run_one();
    EXPECT_EQ(int_of([&] { results.begin(); }), 5);
    EXPECT_EQ(executor.waiting(), 0);
  }
  {
    Later executor;
    auto results = executor.map({.timeout = 0.01}, [](int x) { return x; }, std::views::iota(0, 5));
    EXPECT_THROW(results.begin(), TimeoutError);
    EXPECT_EQ(executor.waiting(), 0);
  }
  {
    Later executor;
    {
      auto results = executor.map([](int x) { return x; }, std::views::iota(0, 5));
      executor.run_one();
      executor.run_one();
      auto it = results.begin();
      ++it;
      EXPECT_EQ(*it, 1);
      EXPECT_EQ(executor.waiting(), 3);
    }
    EXPECT_EQ(executor.waiting(), 0);
  }
}

TEST(FutureFaults, F14_ARangeThatThrowsCancelsTheRest) {
  Later executor;
  const auto numbers = std::views::iota(0) | std::views::transform([](int x) { return x < 3 ? x : throw 5; });
  auto results = executor.map({.buffersize = 3}, [](int x) { return x; }, numbers);
  EXPECT_EQ(int_of([&] { results.begin(); }), 5);
  EXPECT_EQ(executor.waiting(), 0);
}

// The same where it is the executor that refuses the next one.
TEST(FutureFaults, F14_ASubmitThatThrowsWhileIteratingCancelsTheRest) {
  ThreadPoolExecutor executor(1);
  threading::Event go_on;
  const auto busy = executor.submit([&] { go_on.wait(); });
  std::atomic<int> ran{0};
  auto results = executor.map(
      {.buffersize = 3},
      [&](int x) {
        ran.fetch_add(1);
        return x;
      },
      std::views::iota(0));
  executor.shutdown(false);
  EXPECT_THROW(results.begin(), RuntimeError);
  go_on.set();
  executor.shutdown();
  EXPECT_EQ(ran.load(), 0);
}

// ---- F16: a pool with static storage ----

std::atomic<int> g_static_ran{0};
struct ReportsAtTheEnd {
  ~ReportsAtTheEnd() {
    std::printf("%d ran\n", g_static_ran.load());
    std::fflush(stdout);
  }
};

SKEIN_SCENARIO(pool_is_static) {
  static const ReportsAtTheEnd last;
  static ThreadPoolExecutor executor(2);
  for (int i = 0; i < 20; ++i) {
    static_cast<void>(executor.submit([i] {
      g_static_ran.fetch_add(1);
      if (i % 4 != 0) return;
      try {
        static_cast<void>(executor.submit([] { g_static_ran.fetch_add(1); }));
      } catch (const RuntimeError&) {  // The process has begun to end.
      }
    }));
  }
  return 0;
}
TEST(FutureFaults, F16_AStaticPoolFinishesItsWorkBeforeStaticsDie) {
  const std::int64_t runs = repeat(300, 5'000);
  for (std::int64_t i = 0; i < runs; ++i) {
    const Outcome outcome = run_scenario("pool_is_static");
    ASSERT_TRUE(outcome.good()) << outcome;
    // All that main has submitted, and what the tasks have submitted in time.
    int ran = 0;
    ASSERT_EQ(std::sscanf(outcome.out.c_str(), "%d ran\n", &ran), 1) << outcome;  // NOLINT(cert-err34-c)
    ASSERT_GE(ran, 20) << outcome;
    ASSERT_LE(ran, 25) << outcome;
  }
}

SKEIN_SCENARIO(static_pool_is_never_used) {
  static const ThreadPoolExecutor executor(2);
  return executor.stats().threads == 0 ? 0 : 1;
}
TEST(FutureFaults, F16_OneThatWasNeverUsedEndsToo) {
  const Outcome outcome = run_scenario("static_pool_is_never_used");
  EXPECT_TRUE(outcome.good()) << outcome;
}

SKEIN_SCENARIO(submits_at_the_end) {
  struct Late {
    ~Late() {
      std::printf("%s\n", text_of<RuntimeError>([&] { executor->submit([] {}); }).c_str());
      std::fflush(stdout);
    }
    std::unique_ptr<ThreadPoolExecutor> executor = std::make_unique<ThreadPoolExecutor>(1);
  };
  static Late late;
  late.executor->submit([] {}).result();
  return 0;
}
TEST(FutureFaults, F16_NothingIsAcceptedOnceStaticsDie) {
  const Outcome outcome = run_scenario("submits_at_the_end");
  EXPECT_TRUE(outcome.good()) << outcome;
  EXPECT_EQ(outcome.out, "cannot schedule new futures after interpreter shutdown\n");
}

// ---- F17: a task that waits for what the next one does ----

TEST(FutureFaults, F17_NoTaskWaitsBehindARunningOneWhileAWorkerIsIdle) {
  const std::int64_t pairs = repeat(100'000);
  ThreadPoolExecutor executor(2);
  for (std::int64_t i = 0; i < pairs; ++i) {
    threading::Event event;
    const auto first = executor.submit([&] { event.wait(); });
    const auto second = executor.submit([&] { event.set(); });
    second.result();
    first.result();
  }
}

TEST(FutureFaults, F17_NorDoesOneOfAChain) {
  const std::int64_t rounds = repeat(500);
  constexpr std::size_t kLinks = 40;
  ThreadPoolExecutor executor(2);
  for (std::int64_t round = 0; round < rounds; ++round) {
    // Task k waits for what task k + 1 sets, in pairs, so that two workers are enough.
    std::vector<threading::Event> events(kLinks / 2);
    std::vector<Future<void>> futures;
    for (auto& event : events) {
      futures.push_back(executor.submit([&] { event.wait(); }));
      futures.push_back(executor.submit([&] { event.set(); }));
    }
    ASSERT_EQ(wait(futures, 20).done.size(), kLinks);
  }
}

// ---- F18: a worker that waits with a lock held ----

TEST(FutureFaults, F18_AWorkerThatWaitsWithALockHeldRunsNoStrangers) {
  const std::int64_t rounds = repeat(10'000);
  for (const std::int64_t workers : {1, 2}) {
    ThreadPoolExecutor executor(workers);
    threading::Lock lock;
    int strangers = 0;
    const auto stranger = [&] {
      const std::scoped_lock guard(lock);  // Deadlocks on the stack of one who has it.
      ++strangers;
    };
    for (std::int64_t i = 0; i < rounds / 2; ++i) {
      std::optional<Future<void>> last;
      const auto outer = executor.submit([&] {
        const std::scoped_lock guard(lock);
        static_cast<void>(executor.submit(stranger));
        const auto inner = executor.submit([] { return std::this_thread::get_id(); });
        last = executor.submit(stranger);
        const auto where = inner.result();
        return workers > 1 || where == std::this_thread::get_id();
      });
      ASSERT_TRUE(outer.result(20));
      last->result(20);
    }
    executor.shutdown();
    EXPECT_EQ(strangers, 2 * (rounds / 2));
  }
}

}  // namespace
}  // namespace skein
