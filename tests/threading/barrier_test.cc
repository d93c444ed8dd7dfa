#include <gtest/gtest.h>
#include <skein/threading.h>

#include <atomic>
#include <memory>
#include <set>
#include <stdexcept>
#include <stop_token>
#include <vector>

#include "testing/party.h"
#include "testing/repeat.h"

namespace skein::threading {
namespace {

using testing::now;
using testing::Parties;
using testing::Party;
using testing::repeat;

TEST(BarrierTest, LetsAllGoTogetherAndNumbersThem) {
  constexpr int kParties = 4;
  Barrier barrier(kParties);
  std::atomic<int> before{0};
  std::vector<std::atomic<int>> numbers(kParties);
  Parties parties(kParties, [&](int) {
    for (int round = 1; round <= 50; ++round) {
      before.fetch_add(1);
      const auto index = barrier.wait();
      ASSERT_GE(before.load(), round * kParties);
      numbers[static_cast<std::size_t>(index)].fetch_add(1);
      barrier.wait();
    }
  });
  parties.join();
  for (auto& number : numbers) EXPECT_EQ(number.load(), 50);
}

TEST(BarrierTest, TheActionRunsOnceARoundBeforeAnybodyGoesOn) {
  int actions = 0;
  Barrier barrier(3, [&] { ++actions; });
  Parties parties(3, [&](int) {
    for (int round = 0; round < 10; ++round) {
      barrier.wait();
      ASSERT_EQ(actions, 2 * round + 1);
      barrier.wait();
    }
  });
  parties.join();
  EXPECT_EQ(actions, 20);
}

TEST(BarrierTest, CountsWhoWaits) {
  Barrier barrier(3);
  EXPECT_EQ(barrier.parties(), 3);
  EXPECT_EQ(barrier.n_waiting(), 0);
  Party a([&] { barrier.wait(); });
  EXPECT_TRUE(a.blocks());
  EXPECT_EQ(barrier.n_waiting(), 1);
  Party b([&] { barrier.wait(); });
  EXPECT_TRUE(b.blocks());
  EXPECT_EQ(barrier.n_waiting(), 2);
  EXPECT_FALSE(barrier.broken());
  barrier.wait();
  a.join();
  b.join();
  EXPECT_EQ(barrier.n_waiting(), 0);
}

// Who waits, and what became of it.
struct Waiter {
  explicit Waiter(Barrier& barrier, Timeout timeout = None)
      : party([this, &barrier, timeout] {
          try {
            barrier.wait(timeout);
          } catch (const BrokenBarrierError&) {
            broken = true;
          }
        }) {}
  bool broken = false;
  Party party;
};

TEST(BarrierFaults, T13_ATimeoutBreaksItForAll) {
  Barrier barrier(3);
  Waiter other(barrier);
  EXPECT_TRUE(other.party.blocks());
  const double start = now();
  EXPECT_THROW(barrier.wait(0.05), BrokenBarrierError);
  EXPECT_GE(now() - start, 0.05);
  other.party.join();
  EXPECT_TRUE(other.broken);
  EXPECT_TRUE(barrier.broken());
  EXPECT_THROW(barrier.wait(), BrokenBarrierError);
  barrier.reset();
  EXPECT_FALSE(barrier.broken());
}

TEST(BarrierFaults, T13_TheBarriersOwnTimeoutServesWhereNoneIsGiven) {
  Barrier barrier(2, None, 0.05);
  const double start = now();
  EXPECT_THROW(barrier.wait(), BrokenBarrierError);
  EXPECT_GE(now() - start, 0.05);
  Barrier options(2, {.timeout = 0});
  EXPECT_THROW(options.wait(), BrokenBarrierError);
  EXPECT_THROW(Barrier(2).wait(-1), BrokenBarrierError);
  EXPECT_EQ(Barrier(1).wait(-1), 0);
}

TEST(BarrierFaults, T13_AbortBreaksItForAllUntilReset) {
  Barrier barrier(3);
  Waiter a(barrier);
  Waiter b(barrier, 20);
  EXPECT_TRUE(a.party.blocks());
  EXPECT_TRUE(b.party.blocks());
  barrier.abort();
  a.party.join();
  b.party.join();
  EXPECT_TRUE(a.broken);
  EXPECT_TRUE(b.broken);
  EXPECT_TRUE(barrier.broken());
  barrier.abort();
  EXPECT_TRUE(barrier.broken());
  barrier.reset();
  Parties again(3, [&](int) { barrier.wait(); });
  again.join();
}

TEST(BarrierFaults, T13_AnActionThatThrowsBreaksItAndLeavesInItsOwnThread) {
  Barrier barrier(2, [] { throw std::logic_error("action"); });
  Waiter other(barrier);
  EXPECT_TRUE(other.party.blocks());
  EXPECT_THROW(barrier.wait(), std::logic_error);
  other.party.join();
  EXPECT_TRUE(other.broken);
  EXPECT_TRUE(barrier.broken());
}

TEST(BarrierFaults, T13_ResetSendsWaitersAwayWithTheErrorAndTheNextRoundWorks) {
  Barrier barrier(3);
  Waiter a(barrier);
  EXPECT_TRUE(a.party.blocks());
  barrier.reset();
  a.party.join();
  EXPECT_TRUE(a.broken);
  EXPECT_FALSE(barrier.broken());
  Parties again(3, [&](int) { barrier.wait(); });
  again.join();
  EXPECT_EQ(barrier.n_waiting(), 0);
}

TEST(BarrierFaults, T13_PartiesOfZeroAreRefused) {
  EXPECT_THROW(Barrier(0), ValueError);
  EXPECT_THROW(Barrier(-1), ValueError);
}

TEST(BarrierFaults, T13_ARequestedStopBreaksIt) {
  Barrier barrier(2);
  std::stop_source stop;
  bool broken = false;
  Party party([&] {
    try {
      barrier.wait(stop.get_token());
    } catch (const BrokenBarrierError&) {
      broken = true;
    }
  });
  EXPECT_TRUE(party.blocks());
  stop.request_stop();
  party.join();
  EXPECT_TRUE(broken);
  EXPECT_TRUE(barrier.broken());
}

// Eight threads, and an abort at a random time: each gets through a round with all others, or the error; none hangs.
TEST(BarrierFaults, T13_RandomAborts) {
  const std::int64_t rounds = repeat(200, 5000);
  for (std::int64_t i = 0; i < rounds; ++i) {
    Barrier barrier(8);
    std::atomic<int> through{0};
    std::atomic<int> errors{0};
    Parties parties(9, [&](int which) {
      if (which == 8) {
        for (std::int64_t spins = (i * 37) % 2000; spins > 0; --spins) internal::cpu_relax();
        barrier.abort();
        return;
      }
      try {
        barrier.wait();
        through.fetch_add(1);
      } catch (const BrokenBarrierError&) {
        errors.fetch_add(1);
      }
    });
    parties.join();
    ASSERT_EQ(through.load() + errors.load(), 8);
  }
}

}  // namespace
}  // namespace skein::threading
