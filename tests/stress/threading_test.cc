// Many threads on one object for long, with an invariant that a lost wake-up or a double grant breaks. A hang is a
// failure.
#include <gtest/gtest.h>
#include <skein/threading.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <random>
#include <stop_token>

#include "testing/party.h"
#include "testing/repeat.h"

namespace skein {
namespace {

using testing::Parties;
using testing::repeat;
using threading::Barrier;
using threading::BrokenBarrierError;
using threading::Condition;
using threading::Event;
using threading::Lock;
using threading::RLock;
using threading::Semaphore;

// Both ways of waiting: half of the runs spin as usual, half park at once.
void spin_in_every_other_run(std::int64_t run) {
  static const auto usual = spin_budget();
  set_spin_budget(run % 2 == 0 ? std::chrono::nanoseconds(0) : usual);
}

// T10, the form on which libstdc++ 12's semaphore hangs in 2 of 250 runs: 8 threads, each 100 000 times.
TEST(ThreadingStress, T10_ASemaphoreLosesNoWakeUp) {
  const std::int64_t runs = repeat(4, 13);  // Twenty times over in the long form, which makes 260.
  for (std::int64_t run = 0; run < runs; ++run) {
    spin_in_every_other_run(run);
    Semaphore semaphore(0);
    Parties parties(8, [&](int) {
      for (int i = 0; i < 100'000; ++i) {
        semaphore.release();
        semaphore.acquire();
      }
    });
    parties.join();
    ASSERT_FALSE(semaphore.acquire(false));
  }
}

// Every way to take a lock, against every way to give up taking it.
template <class L>
void torture_a_lock() {
  for (std::int64_t run = 0; run < 2; ++run) {
    spin_in_every_other_run(run);
    const std::int64_t each = repeat(20'000, 100'000);
    L lock;
    std::int64_t counter = 0;  // Guarded by the lock.
    std::atomic<std::int64_t> taken{0};
    Parties parties(8, [&](int which) {
      std::mt19937 random(static_cast<unsigned>(which));
      for (std::int64_t i = 0; i < each; ++i) {
        bool got = false;
        switch (random() % 6) {
          case 0:
            got = lock.acquire(false);
            break;
          case 1:
            got = lock.acquire(true, std::chrono::microseconds(random() % 50));
            break;
          case 2:
            got = lock.acquire(true, 0);
            break;
          case 3: {
            std::stop_source source;
            if (random() % 2 == 0) source.request_stop();
            got = lock.acquire(source.get_token(), std::chrono::microseconds(random() % 50));
            break;
          }
          default:
            got = lock.acquire();
            break;
        }
        if (!got) continue;
        ++counter;
        taken.fetch_add(1);
        lock.release();
      }
    });
    parties.join();
    EXPECT_EQ(counter, taken.load());
    EXPECT_TRUE(lock.acquire(false)) << "it must be free now";
    lock.release();
  }
}

TEST(ThreadingStress, ALockHasOneHolderAtATime) { torture_a_lock<Lock>(); }
TEST(ThreadingStress, AnRLockHasOneHolderAtATime) { torture_a_lock<RLock>(); }
TEST(ThreadingStress, ASemaphoreOfOneHasOneHolderAtATime) { torture_a_lock<Semaphore>(); }

// Waiters that are stopped, that time out and that stay, against releases: what is released is taken, by somebody.
TEST(ThreadingStress, APermitIsNeverLostToOneWhoGivesUp) {
  const std::int64_t rounds = repeat(2'000, 20'000);
  for (std::int64_t i = 0; i < rounds; ++i) {
    spin_in_every_other_run(i);
    Semaphore semaphore(0);
    std::stop_source source;
    std::atomic<int> taken{0};
    Parties parties(5, [&](int which) {
      bool got = false;
      if (which == 0) got = semaphore.acquire(source.get_token());
      if (which == 1) got = semaphore.acquire(true, std::chrono::microseconds(i % 40));
      if (which == 2) got = semaphore.acquire();
      if (which == 3) semaphore.release();
      if (which == 4) source.request_stop();
      if (got) {
        taken.fetch_add(1);
        semaphore.release();  // So that the one who stays gets it in the end.
      }
    });
    parties.join();
    ASSERT_GE(taken.load(), 1);
    ASSERT_TRUE(semaphore.acquire(false));
    ASSERT_FALSE(semaphore.acquire(false));
  }
}

// Items through a buffer guarded by two conditions on one lock.
TEST(ThreadingStress, ABoundedBufferPassesEveryItem) {
  for (std::int64_t run = 0; run < 2; ++run) {
    spin_in_every_other_run(run);
    const std::int64_t each = repeat(10'000, 100'000);
    constexpr std::size_t kRoom = 3;
    Lock lock;
    Condition not_full(lock);
    Condition not_empty(lock);
    std::array<std::int64_t, kRoom> items{};
    std::size_t first = 0;
    std::size_t count = 0;
    std::atomic<std::int64_t> sum{0};
    Parties parties(8, [&](int which) {
      for (std::int64_t i = 0; i < each; ++i) {
        const std::scoped_lock guard(lock);
        if (which % 2 == 0) {
          while (count == kRoom) {
            if (i % 3 == 0) {
              not_full.wait(0.0001);
            } else {
              not_full.wait();
            }
          }
          items[(first + count++) % kRoom] = which * each + i;
          not_empty.notify();
        } else {
          not_empty.wait_for([&] { return count != 0; });
          sum.fetch_add(items[first]);
          first = (first + 1) % kRoom;
          --count;
          not_full.notify();
        }
      }
    });
    parties.join();
    std::int64_t expected = 0;
    for (const int which : {0, 2, 4, 6}) expected += which * each * each + each * (each - 1) / 2;
    EXPECT_EQ(sum.load(), expected);
    EXPECT_EQ(count, 0U);
  }
}

// Whoever waits at a set() is freed by it, though clear() comes next.
TEST(ThreadingStress, AnEventFreesAllThatWaitEachTime) {
  for (std::int64_t run = 0; run < 2; ++run) {
    spin_in_every_other_run(run);
    const std::int64_t rounds = repeat(2'000, 50'000);
    constexpr int kWaiters = 4;
    Event event;
    std::atomic<std::int64_t> freed{0};
    Parties parties(kWaiters + 1, [&](int which) {
      if (which < kWaiters) {
        for (std::int64_t i = 0; i < rounds; ++i) {
          EXPECT_TRUE(event.wait());
          freed.fetch_add(1);
          while (freed.load() < (i + 1) * kWaiters) ::sched_yield();  // All of this round.
        }
      } else {
        // Again and again: who is on its way to wait may miss one set() and clear(), never all.
        while (freed.load() < rounds * kWaiters) {
          event.set();
          event.clear();
          ::sched_yield();
        }
      }
    });
  }
}

// No thread begins a round before all have ended the one before; numbers are given out once a round.
TEST(ThreadingStress, ABarrierKeepsItsRoundsApart) {
  for (std::int64_t run = 0; run < 2; ++run) {
    spin_in_every_other_run(run);
    const std::int64_t rounds = repeat(2'000, 50'000);
    constexpr int kParties = 5;
    std::atomic<std::int64_t> actions{0};
    Barrier barrier(kParties, [&] { actions.fetch_add(1); });
    std::array<std::atomic<std::int64_t>, kParties> given{};
    Parties parties(kParties, [&](int) {
      for (std::int64_t i = 0; i < rounds; ++i) {
        const auto index = static_cast<std::size_t>(barrier.wait());
        EXPECT_EQ(given[index].fetch_add(1), i);
        EXPECT_GE(actions.load(), i + 1);
        EXPECT_LE(actions.load(), i + 2);
      }
    });
    parties.join();
    EXPECT_EQ(actions.load(), rounds);
    for (auto& number : given) EXPECT_EQ(number.load(), rounds);
  }
}

// Threads that start threads, are let go, joined and asked about, all at once.
TEST(ThreadingStress, ThreadsComeAndGo) {
  const std::int64_t each = repeat(300, 3'000);
  std::atomic<std::int64_t> ran{0};
  {
    Parties parties(4, [&](int which) {
      for (std::int64_t i = 0; i < each; ++i) {
        threading::Thread thread({.name = "t" + std::to_string(i), .daemon = i % 3 == 0}, [&] { ran.fetch_add(1); });
        thread.start();
        if (which % 2 == 0) {
          for (auto& handle : threading::enumerate())
            static_cast<void>(handle.name() + std::to_string(handle.daemon()));
        }
        if (i % 2 == 0) thread.join();
        threading::Thread([&] { threading::Thread([&] { ran.fetch_add(1); }).start(); }).start();
      }
    });
  }
  EXPECT_TRUE(testing::eventually([&] { return ran.load() == 2 * 4 * each && threading::active_count() == 1; }));
}

}  // namespace
}  // namespace skein
