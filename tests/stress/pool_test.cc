// Pools and futures under every race at once, with counts that a lost task, a lost wake-up or a double run breaks.
#include <gtest/gtest.h>
#include <skein/futures.h>
#include <skein/threading.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <stop_token>
#include <vector>

#include "testing/party.h"
#include "testing/repeat.h"

namespace skein {
namespace {

using futures::Future;
using futures::ThreadPoolExecutor;
using testing::Parties;
using testing::repeat;

// Both ways of waiting: half of the runs spin as usual, half park at once.
void spin_in_every_other_run(std::int64_t run) {
  static const auto usual = spin_budget();
  set_spin_budget(run % 2 == 0 ? std::chrono::nanoseconds(0) : usual);
}

// F2: cancelled or run, never both, never neither.
TEST(PoolStress, F2_EveryTaskRunsOrIsCancelled) {
  const std::int64_t rounds = repeat(1'000);
  for (std::int64_t round = 0; round < rounds; ++round) {
    spin_in_every_other_run(round);
    ThreadPoolExecutor pool(1 + round % 3);
    std::atomic<int> ran{0};
    int cancelled = 0;
    std::vector<Future<void>> all;
    for (int i = 0; i < 16; ++i) all.push_back(pool.submit([&] { ran.fetch_add(1); }));
    for (auto& future : all) cancelled += future.cancel() ? 1 : 0;
    ASSERT_EQ(futures::wait(all).done.size(), all.size());
    ASSERT_EQ(ran.load() + cancelled, 16);
    for (auto& future : all) ASSERT_TRUE(future.done());
  }
}

TEST(PoolStress, F2_ARunningTaskIsNotCancelled) {
  const std::int64_t rounds = repeat(300);
  ThreadPoolExecutor pool(2);
  for (std::int64_t round = 0; round < rounds; ++round) {
    threading::Event begun;
    threading::Event go_on;
    auto future = pool.submit([&] {
      begun.set();
      go_on.wait();
      return 7;
    });
    begun.wait();
    EXPECT_TRUE(future.running());
    EXPECT_FALSE(future.cancel());
    EXPECT_FALSE(future.cancelled());
    go_on.set();
    ASSERT_EQ(future.result(), 7);
    ASSERT_FALSE(future.cancel());
  }
}

// F8: what submit() has taken is run, whatever shutdown() does meanwhile.
TEST(PoolStress, F8_NothingAcceptedIsDropped) {
  const std::int64_t rounds = repeat(600);
  for (std::int64_t round = 0; round < rounds; ++round) {
    spin_in_every_other_run(round);
    ThreadPoolExecutor pool(2);
    std::atomic<int> ran{0};
    std::atomic<int> accepted{0};
    Parties parties(4, [&](int which) {
      if (which == 0) {
        pool.shutdown();
        return;
      }
      for (int i = 0; i < 20; ++i) {
        try {
          static_cast<void>(pool.submit([&] { ran.fetch_add(1); }));
          accepted.fetch_add(1);
        } catch (const RuntimeError&) {
        }
      }
    });
    parties.join();
    pool.shutdown();
    ASSERT_EQ(ran.load(), accepted.load());
  }
}

// F17: a task that waits for what the next one does. A wake-up that gets lost hangs it.
TEST(PoolStress, F17_ATaskIsNotKeptFromAnIdleWorker) {
  const std::int64_t pairs = repeat(10'000, 100'000);
  for (std::int64_t run = 0; run < 2; ++run) {
    spin_in_every_other_run(run);
    ThreadPoolExecutor pool(2);
    for (std::int64_t i = 0; i < pairs; ++i) {
      threading::Event event;
      const auto first = pool.submit([&] { event.wait(); });
      const auto second = pool.submit([&] { event.set(); });
      first.result();
      second.result();
    }
  }
}

void pauses(std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) internal::cpu_relax();
}

// What is submitted just when the only worker falls asleep, which it does at once here.
TEST(PoolStress, F17_ATaskThatComesWhenTheWorkerFallsAsleepIsRun) {
  const auto usual = spin_budget();
  set_spin_budget(std::chrono::nanoseconds(0));
  const std::int64_t rounds = repeat(20'000);
  ThreadPoolExecutor pool(1);
  std::atomic<std::int64_t> ran{0};
  for (std::int64_t i = 1; i <= rounds; ++i) {
    static_cast<void>(pool.submit([&] { ran.fetch_add(1); }));
    // Not by result(), which would wake later than the worker falls asleep.
    ASSERT_TRUE(testing::eventually([&] { return ran.load() == i; }));
    pauses(i % 64);
  }
  set_spin_budget(usual);
}

// The same, submitted by a worker.
TEST(PoolStress, F17_NorIsOneThatAWorkerSubmits) {
  const std::int64_t rounds = repeat(4'000);
  for (std::int64_t run = 0; run < 2; ++run) {
    spin_in_every_other_run(run);
    ThreadPoolExecutor pool(2);
    for (std::int64_t i = 0; i < rounds; ++i) {
      pool.submit([&] {
            threading::Event event;
            const auto other = pool.submit([&] { event.set(); });
            event.wait();
            other.result();
          })
          .result();
    }
  }
}

// F9: more waiting tasks than workers.
TEST(PoolStress, F9_WorkersThatWaitForTheirOwnPoolComeToTheirEnd) {
  const std::int64_t rounds = repeat(300);
  struct Tree {
    static int leaves(ThreadPoolExecutor& pool, int depth) {
      if (depth == 0) return 1;
      const auto left = pool.submit(&leaves, std::ref(pool), depth - 1);
      std::vector<Future<int>> right{pool.submit(&leaves, std::ref(pool), depth - 1)};
      if (depth % 2 == 0) return left.result() + right[0].result();
      int sum = left.result();
      for (auto& done : futures::as_completed(right)) sum += done.result();
      return sum;
    }
  };
  for (std::int64_t round = 0; round < rounds; ++round) {
    spin_in_every_other_run(round);
    ThreadPoolExecutor pool(1 + round % 3);
    ASSERT_EQ(pool.submit(&Tree::leaves, std::ref(pool), 6).result(), 64);
  }
}

// F6: those that end while wait() and as_completed() register, time out and leave.
TEST(PoolStress, F6_WaitersComeAndGoWhileFuturesEnd) {
  const std::int64_t rounds = repeat(1'500);
  for (std::int64_t round = 0; round < rounds; ++round) {
    spin_in_every_other_run(round);
    ThreadPoolExecutor pool(2);
    std::vector<Future<int>> all;
    for (int i = 0; i < 8; ++i) all.push_back(pool.submit([i] { return i; }));
    std::atomic<int> called{0};
    Parties parties(3, [&](int which) {
      if (which == 0) {
        try {
          for (auto& done : futures::as_completed(all, std::chrono::microseconds(round % 60))) {
            static_cast<void>(done.result());
          }
        } catch (const TimeoutError&) {
        }
      } else if (which == 1) {
        static_cast<void>(futures::wait(all, std::chrono::microseconds(round % 40), futures::FIRST_COMPLETED));
      } else {
        for (auto& future : all) future.add_done_callback([&](const Future<int>&) { called.fetch_add(1); });
      }
    });
    int sum = 0;
    std::size_t given = 0;
    for (auto& done : futures::as_completed(all)) {
      sum += done.result();
      ++given;
    }
    parties.join();
    pool.shutdown();
    ASSERT_EQ(given, all.size());
    ASSERT_EQ(sum, 28);
    ASSERT_EQ(called.load(), 8);
  }
}

// A future that ends just when as_completed() has taken what ended before.
TEST(PoolStress, F6_TheSecondOfTwoIsNotMissed) {
  const std::int64_t rounds = repeat(20'000);
  std::vector<Future<void>> both(2);
  std::atomic<std::int64_t> ready{0};
  Parties parties(2, [&](int which) {
    for (std::int64_t round = 1; round <= rounds; ++round) {
      if (which == 0) {
        spin_in_every_other_run(round);
        both = {Future<void>(), Future<void>()};
        auto ends = futures::as_completed(both, 10);
        int seen = 0;
        ready.store(round);
        for (auto& done : ends) seen += done.done() ? 1 : 0;
        if (seen != 2) return ADD_FAILURE() << seen;
        ready.store(-round);
      } else {
        if (!testing::eventually([&] { return ready.load() == round; })) return;
        Future<void> first = both[0];  // The other thread makes new ones as soon as it has seen both.
        Future<void> second = both[1];
        first.set_result();
        pauses(round % 97);
        second.set_result();
        if (!testing::eventually([&] { return ready.load() != round; })) return;
      }
    }
  });
}

// F1: one setter wins, and all who wait see its outcome.
TEST(PoolStress, F1_OneOfManySettersWins) {
  const std::int64_t rounds = repeat(2'000);
  for (std::int64_t round = 0; round < rounds; ++round) {
    spin_in_every_other_run(round);
    Future<int> future;
    std::atomic<int> winner{-1};
    std::atomic<int> losers{0};
    std::atomic<int> seen{0};
    Parties parties(6, [&](int which) {
      if (which >= 4) {
        seen.fetch_add(future.result() + 1);
        return;
      }
      try {
        future.set_result(which);
        winner.store(which);
      } catch (const futures::InvalidStateError&) {
        losers.fetch_add(1);
        EXPECT_TRUE(future.done());
      }
    });
    parties.join();
    ASSERT_EQ(losers.load(), 3);
    ASSERT_EQ(future.result(), winner.load());
    ASSERT_EQ(seen.load(), 2 * (winner.load() + 1));
  }
}

}  // namespace
}  // namespace skein
