// What every lock does, whichever it is: one suite over all of them. A variant (of another process, of asyncio) joins
// by a Flavour of its own: how one is made, which of the rules hold, and how another party is brought in.
#ifndef SKEIN_TESTS_THREADING_CONTRACT_H_
#define SKEIN_TESTS_THREADING_CONTRACT_H_

#include <gtest/gtest.h>
#include <skein/core/errors.h>
#include <skein/core/timeout.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <mutex>
#include <stop_token>
#include <vector>

#include "testing/party.h"
#include "testing/repeat.h"

namespace skein::testing {

// Flavour:
//   using Lock;                          // default constructible, free
//   static constexpr bool kReentrant;    // its holder may take it again
//   static constexpr bool kOwned;        // only the holder may release it
//   static constexpr bool kRefusesNegative;  // a negative timeout (but -1) is a ValueError; else it only tries
//   static constexpr bool kMinusOneIsForever;
//   static constexpr bool kRefusesUselessTimeout;  // a timeout for a non-blocking call is a ValueError; else ignored
//   static constexpr bool kCountsUp;     // releasing a free one is no error but adds a permit
//   using OverRelease;                   // what releasing a free one throws, or (kOwned) one that another holds
//   using Party;                         // another party: runs a function, joins in its destructor, blocks()
template <class Flavour>
class LockContract : public ::testing::Test {
 protected:
  using Lock = typename Flavour::Lock;
  using Party = typename Flavour::Party;

  // Whether another party could take the lock now.
  bool free_for_others() {
    bool got = false;
    Party other([&] {
      got = lock.acquire(false);
      if (got) lock.release();
    });
    other.join();
    return got;
  }

  Lock lock;
};

TYPED_TEST_SUITE_P(LockContract);

TYPED_TEST_P(LockContract, AcquireTakesItAndReleaseFreesIt) {
  EXPECT_TRUE(this->free_for_others());
  EXPECT_TRUE(this->lock.acquire());
  EXPECT_FALSE(this->free_for_others());
  this->lock.release();
  EXPECT_TRUE(this->free_for_others());
}

TYPED_TEST_P(LockContract, TryingDoesNotBlock) {
  EXPECT_TRUE(this->lock.acquire(false));
  if constexpr (TypeParam::kReentrant) {
    EXPECT_TRUE(this->lock.acquire(false));
    this->lock.release();
  } else {
    EXPECT_FALSE(this->lock.acquire(false));
    EXPECT_FALSE(this->lock.acquire({.blocking = false}));
  }
  EXPECT_FALSE(this->free_for_others());
  this->lock.release();
}

TYPED_TEST_P(LockContract, AnotherWaitsUntilItIsReleased) {
  this->lock.acquire();
  std::atomic<bool> got{false};
  typename TypeParam::Party other([&] {
    this->lock.acquire();
    got.store(true);
    this->lock.release();
  });
  EXPECT_TRUE(other.blocks());
  EXPECT_FALSE(got.load());
  this->lock.release();
  other.join();
  EXPECT_TRUE(got.load());
  EXPECT_TRUE(this->free_for_others());
}

TYPED_TEST_P(LockContract, TimeoutsAreKept) {
  this->lock.acquire();
  typename TypeParam::Party other([&] {
    EXPECT_FALSE(this->lock.acquire(true, 0));
    const double start = now();
    EXPECT_FALSE(this->lock.acquire(true, 0.03));
    EXPECT_FALSE(this->lock.acquire({.timeout = std::chrono::milliseconds(10)}));
    EXPECT_GE(now() - start, 0.04);
  });
  other.join();
  this->lock.release();
  EXPECT_TRUE(this->lock.acquire(true, 0));
  this->lock.release();
  EXPECT_TRUE(this->lock.acquire(true, 5));
  this->lock.release();
}

TYPED_TEST_P(LockContract, NegativeTimeouts) {
  if constexpr (TypeParam::kRefusesNegative) {
    EXPECT_THROW(this->lock.acquire(true, -5), ValueError);
    EXPECT_THROW(this->lock.acquire(true, -0.5), ValueError);
  } else {
    EXPECT_TRUE(this->lock.acquire(true, -5));
    EXPECT_EQ(this->lock.acquire(true, -0.5), TypeParam::kReentrant);
    if (TypeParam::kReentrant) this->lock.release();
    this->lock.release();
  }
  if constexpr (TypeParam::kMinusOneIsForever) {
    EXPECT_TRUE(this->lock.acquire(true, -1));
    this->lock.release();
  }
  EXPECT_TRUE(this->free_for_others());
}

TYPED_TEST_P(LockContract, NaNIsRefusedAndEndlessIsNoLimit) {
  EXPECT_THROW(this->lock.acquire(true, std::numeric_limits<double>::quiet_NaN()), ValueError);
  EXPECT_TRUE(this->free_for_others());
  for (const Timeout endless : {Timeout(std::numeric_limits<double>::infinity()), Timeout(1e300), Timeout(None),
                                Timeout(std::chrono::hours::max())}) {
    this->lock.acquire();
    typename TypeParam::Party other([&] {
      EXPECT_TRUE(this->lock.acquire(true, endless));
      this->lock.release();
    });
    EXPECT_TRUE(other.blocks());
    this->lock.release();
  }
}

TYPED_TEST_P(LockContract, ATimeoutForANonBlockingCall) {
  if constexpr (TypeParam::kRefusesUselessTimeout) {
    EXPECT_THROW(this->lock.acquire(false, 1), ValueError);
    EXPECT_THROW(this->lock.acquire({.blocking = false, .timeout = 0}), ValueError);
  } else {
    EXPECT_TRUE(this->lock.acquire(false, 1));
    typename TypeParam::Party other([&] {
      const double start = now();
      EXPECT_FALSE(this->lock.acquire(false, 20));
      EXPECT_FALSE(this->lock.acquire({.blocking = false, .timeout = 20}));
      EXPECT_LT(now() - start, 10);
    });
    other.join();
    this->lock.release();
  }
  EXPECT_TRUE(this->free_for_others());
}

TYPED_TEST_P(LockContract, ReleasingAFreeOne) {
  if constexpr (TypeParam::kCountsUp) {
    this->lock.release();
    EXPECT_TRUE(this->lock.acquire(false));
    EXPECT_TRUE(this->lock.acquire(false));
    EXPECT_FALSE(this->lock.acquire(false));
  } else {
    EXPECT_THROW(this->lock.release(), typename TypeParam::OverRelease);
    EXPECT_TRUE(this->free_for_others());
    this->lock.acquire();
    this->lock.release();
    EXPECT_THROW(this->lock.release(), typename TypeParam::OverRelease);
    EXPECT_TRUE(this->free_for_others());
  }
}

TYPED_TEST_P(LockContract, ReleaseByAnother) {
  this->lock.acquire();
  {
    typename TypeParam::Party other([&] {
      if constexpr (TypeParam::kOwned) {
        EXPECT_THROW(this->lock.release(), typename TypeParam::OverRelease);
      } else {
        this->lock.release();
      }
    });
  }
  if constexpr (TypeParam::kOwned) {
    EXPECT_FALSE(this->free_for_others());
    this->lock.release();
  }
  EXPECT_TRUE(this->free_for_others());
}

TYPED_TEST_P(LockContract, ReentryCounts) {
  if constexpr (TypeParam::kReentrant) {
    for (int i = 0; i < 3; ++i) this->lock.acquire();
    for (int i = 0; i < 3; ++i) {
      EXPECT_FALSE(this->free_for_others());
      this->lock.release();
    }
    EXPECT_TRUE(this->free_for_others());
  } else {
    this->lock.acquire();
    EXPECT_FALSE(this->lock.acquire(true, 0.01));
    this->lock.release();
  }
}

TYPED_TEST_P(LockContract, IsAStandardLockable) {
  {
    std::scoped_lock guard(this->lock);
    EXPECT_FALSE(this->free_for_others());
  }
  EXPECT_TRUE(this->free_for_others());
  std::unique_lock held(this->lock, std::try_to_lock);
  EXPECT_TRUE(held.owns_lock());
  EXPECT_FALSE(this->free_for_others());
}

TYPED_TEST_P(LockContract, ExcludesAndOrders) {
  std::int64_t counter = 0;  // Not atomic: the lock guards it.
  const std::int64_t rounds = repeat(20'000);
  {
    Parties parties(4, [&](int which) {
      for (std::int64_t i = 0; i < rounds; ++i) {
        if (which % 2 == 0) {
          this->lock.acquire();
        } else {
          while (!this->lock.acquire(true, std::chrono::microseconds(20))) {
          }
        }
        ++counter;
        this->lock.release();
      }
    });
  }
  EXPECT_EQ(counter, 4 * rounds);
}

TYPED_TEST_P(LockContract, TimedWaitersThatGiveUpStrandNobody) {
  const std::int64_t rounds = repeat(1000, 50'000);
  for (std::int64_t i = 0; i < rounds; ++i) {
    this->lock.acquire();
    std::atomic<bool> begun{false};
    std::atomic<int> got{0};
    typename TypeParam::Party patient([&] {
      this->lock.acquire();
      this->lock.release();
      got.fetch_add(1);
    });
    typename TypeParam::Party hasty([&] {
      begun.store(true);
      if (this->lock.acquire(true, std::chrono::microseconds(i % 80))) this->lock.release();
    });
    while (!begun.load()) ::sched_yield();
    for (std::int64_t spins = i % 150; spins > 0; --spins) internal::cpu_relax();
    this->lock.release();
    hasty.join();
    patient.join();
    ASSERT_EQ(got.load(), 1);
  }
}

REGISTER_TYPED_TEST_SUITE_P(LockContract, AcquireTakesItAndReleaseFreesIt, TryingDoesNotBlock,
                            AnotherWaitsUntilItIsReleased, TimeoutsAreKept, NegativeTimeouts,
                            NaNIsRefusedAndEndlessIsNoLimit, ATimeoutForANonBlockingCall, ReleasingAFreeOne,
                            ReleaseByAnother, ReentryCounts, IsAStandardLockable, ExcludesAndOrders,
                            TimedWaitersThatGiveUpStrandNobody);

}  // namespace skein::testing

#endif  // SKEIN_TESTS_THREADING_CONTRACT_H_
