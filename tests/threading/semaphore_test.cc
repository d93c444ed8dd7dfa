#include <gtest/gtest.h>
#include <skein/threading.h>

#include <atomic>
#include <limits>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "testing/party.h"
#include "testing/repeat.h"

namespace skein::threading {
namespace {

using testing::now;
using testing::Parties;
using testing::Party;
using testing::repeat;

template <class F>
std::string value_error(F call) {
  try {
    call();
  } catch (const ValueError& error) {
    return error.what();
  }
  return "nothing thrown";
}

// How many permits there are.
int permits(Semaphore& semaphore) {
  int count = 0;
  while (semaphore.try_lock()) ++count;
  if (count > 0) semaphore.release(count);
  return count;
}

TEST(SemaphoreTest, HasOnePermitUnlessToldOtherwise) {
  Semaphore semaphore;
  EXPECT_TRUE(semaphore.acquire());
  EXPECT_FALSE(semaphore.acquire(false));
  semaphore.release();
  EXPECT_TRUE(semaphore.acquire({.blocking = false}));
  Semaphore three(3);
  EXPECT_EQ(permits(three), 3);
  Semaphore none(0);
  EXPECT_FALSE(none.acquire(false));
}

TEST(SemaphoreTest, AnyThreadMayRelease) {
  Semaphore semaphore(0);
  Party party([&] { semaphore.acquire(); });
  EXPECT_TRUE(party.blocks());
  semaphore.release();
  party.join();
  EXPECT_EQ(permits(semaphore), 0);
}

TEST(SemaphoreTest, ReleaseOfManyWakesAsMany) {
  Semaphore semaphore(0);
  std::vector<std::unique_ptr<Party>> parties;
  for (int i = 0; i < 4; ++i) parties.push_back(std::make_unique<Party>([&] { semaphore.acquire(); }));
  for (auto& party : parties) EXPECT_TRUE(party->blocks());
  semaphore.release(3);
  EXPECT_TRUE(testing::eventually([&] {
    int done = 0;
    for (auto& party : parties) done += party->done() ? 1 : 0;
    return done == 3;
  }));
  EXPECT_EQ(permits(semaphore), 0);
  semaphore.release();
  parties.clear();
}

TEST(SemaphoreTest, TimeoutsAreKept) {
  Semaphore semaphore(0);
  EXPECT_FALSE(semaphore.acquire(true, 0));
  EXPECT_FALSE(semaphore.acquire(true, -5));
  const double start = now();
  EXPECT_FALSE(semaphore.acquire(true, 0.05));
  EXPECT_FALSE(semaphore.acquire({.timeout = 0.01}));
  EXPECT_GE(now() - start, 0.06);
  semaphore.release();
  EXPECT_TRUE(semaphore.acquire(true, -5));
}

TEST(SemaphoreTest, ATimeoutForANonBlockingCallIsAnError) {
  Semaphore semaphore;
  EXPECT_EQ(value_error([&] { semaphore.acquire(false, 1); }), "can't specify timeout for non-blocking acquire");
  EXPECT_EQ(value_error([&] { semaphore.acquire({.blocking = false, .timeout = 0}); }),
            "can't specify timeout for non-blocking acquire");
  EXPECT_EQ(permits(semaphore), 1);
}

TEST(SemaphoreTest, IsAStandardLockable) {
  Semaphore semaphore(2);
  {
    std::scoped_lock guard(semaphore);
    EXPECT_EQ(permits(semaphore), 1);
    std::unique_lock second(semaphore, std::try_to_lock);
    EXPECT_TRUE(second.owns_lock());
    EXPECT_EQ(permits(semaphore), 0);
  }
  EXPECT_EQ(permits(semaphore), 2);
}

TEST(SemaphoreTest, ARequestedStopEndsAnAcquire) {
  Semaphore semaphore(0);
  std::stop_source stop;
  bool result = true;
  Party party([&] { result = semaphore.acquire(stop.get_token()); });
  EXPECT_TRUE(party.blocks());
  stop.request_stop();
  party.join();
  EXPECT_FALSE(result);
  semaphore.release();
  EXPECT_TRUE(semaphore.acquire(stop.get_token()));
}

// A permit released for a sleeper that gives up is not lost.
TEST(SemaphoreTest, APermitIsNeverLostBetweenATimeoutAndARelease) {
  const std::int64_t rounds = repeat(3000, 100'000);
  for (std::int64_t i = 0; i < rounds; ++i) {
    Semaphore semaphore(0);
    std::atomic<int> taken{0};
    Parties parties(3, [&](int which) {
      if (which == 0) {
        for (std::int64_t spins = i % 200; spins > 0; --spins) internal::cpu_relax();
        semaphore.release();
      } else {
        taken.fetch_add(semaphore.acquire(true, std::chrono::microseconds(i % 70)) ? 1 : 0);
      }
    });
    parties.join();
    ASSERT_EQ(taken.load() + permits(semaphore), 1) << "round " << i;
  }
}

TEST(SemaphoreFaults, T12_OverReleaseNegativeAndZero) {
  BoundedSemaphore bounded(2);
  EXPECT_EQ(value_error([&] { bounded.release(); }), "Semaphore released too many times");
  bounded.acquire();
  EXPECT_EQ(value_error([&] { bounded.release(2); }), "Semaphore released too many times");
  EXPECT_EQ(permits(bounded), 1);
  bounded.release();
  EXPECT_EQ(permits(bounded), 2);

  Semaphore semaphore;
  EXPECT_EQ(value_error([&] { semaphore.release(0); }), "n must be one or more");
  EXPECT_EQ(value_error([&] { semaphore.release(-3); }), "n must be one or more");
  EXPECT_EQ(value_error([] { Semaphore bad(-1); }), "semaphore initial value must be >= 0");
  EXPECT_EQ(value_error([] { BoundedSemaphore bad(-1); }), "semaphore initial value must be >= 0");
  EXPECT_EQ(permits(semaphore), 1);
}

TEST(SemaphoreFaults, T12_TheCountDoesNotOverflow) {
  Semaphore full(Semaphore::kMax);
  EXPECT_THROW(full.release(), ValueError);
  EXPECT_THROW(full.release(std::numeric_limits<std::int64_t>::max()), ValueError);
  EXPECT_TRUE(full.acquire(false));
  full.release();
  EXPECT_THROW(full.release(), ValueError);
  EXPECT_THROW(Semaphore bad(Semaphore::kMax + 1), ValueError);
}

}  // namespace
}  // namespace skein::threading
