// Rows T6, T8, T10, T14 and T22 of the fault table: what locks must survive.
#include <gtest/gtest.h>
#include <skein/threading.h>

#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <new>
#include <string>

#include "testing/party.h"
#include "testing/repeat.h"
#include "testing/spinning.h"
#include "testing/text_of.h"

namespace skein::threading {

// Reaches the depth of an RLock, which no test can count up to.
struct RLockTestPeer {
  static std::uint64_t& depth(RLock& lock) { return lock.depth_; }
};

namespace {

using testing::Parties;
using testing::Party;
using testing::repeat;
using testing::text_of;

TEST(LockFaults, T6_ReleaseOfAFreeOneOrByAnotherThreadIsAnErrorAndChangesNothing) {
  Lock lock;
  EXPECT_EQ(text_of<RuntimeError>([&] { lock.release(); }), "release unlocked lock");
  EXPECT_FALSE(lock.locked());
  EXPECT_TRUE(lock.acquire(false));
  Party([&] { lock.release(); }).join();  // A plain Lock may be released by any thread.
  EXPECT_FALSE(lock.locked());

  RLock rlock;
  EXPECT_EQ(text_of<RuntimeError>([&] { rlock.release(); }), "cannot release un-acquired lock");
  rlock.acquire();
  std::string other;
  Party([&] { other = text_of<RuntimeError>([&] { rlock.release(); }); }).join();
  EXPECT_EQ(other, "cannot release un-acquired lock");
  EXPECT_TRUE(rlock.locked());
  rlock.release();

  Condition condition;
  EXPECT_EQ(text_of<RuntimeError>([&] { condition.release(); }), "cannot release un-acquired lock");
  condition.acquire();
  Party([&] { other = text_of<RuntimeError>([&] { condition.release(); }); }).join();
  EXPECT_EQ(other, "cannot release un-acquired lock");
  condition.release();
}

TEST(LockFaults, T8_ATimeoutForANonBlockingCallIsAnError) {
  Lock lock;
  RLock rlock;
  Condition condition;
  Semaphore semaphore;
  const std::string of_locks = "can't specify a timeout for a non-blocking call";
  for (const double timeout : {0.0, 0.5, 5.0}) {
    EXPECT_EQ(text_of<ValueError>([&] { lock.acquire(false, timeout); }), of_locks);
    EXPECT_EQ(text_of<ValueError>([&] { rlock.acquire(false, timeout); }), of_locks);
    EXPECT_EQ(text_of<ValueError>([&] { condition.acquire(false, timeout); }), of_locks);
    EXPECT_EQ(text_of<ValueError>([&] { semaphore.acquire(false, timeout); }),
              "can't specify timeout for non-blocking acquire");
  }
  rlock.acquire();  // Held already makes no difference.
  EXPECT_EQ(text_of<ValueError>([&] { rlock.acquire(false, 1); }), of_locks);
  rlock.release();
  EXPECT_TRUE(lock.acquire(false, -1));  // -1 is "not given", as in Python.
}

// The shape that libstdc++ 12's semaphore hangs on: release, then acquire, by eight threads.
TEST(LockFaults, T10_SemaphoreLosesNoWakeUp) {
  const std::int64_t runs = repeat(10, 250);
  const std::int64_t each = repeat(5000, 100'000);
  for (std::int64_t run = 0; run < runs; ++run) {
    const testing::Spinning spinning(run % 2 == 0);
    Semaphore semaphore(0);
    Parties parties(8, [&](int) {
      for (std::int64_t i = 0; i < each; ++i) {
        semaphore.release();
        semaphore.acquire();
      }
    });
    parties.join();
    ASSERT_FALSE(semaphore.acquire(false));
  }
}

TEST(LockFaults, T10_SemaphoreHandsEveryPermitToASleeper) {
  const std::int64_t rounds = repeat(300, 20'000);
  for (std::int64_t i = 0; i < rounds; ++i) {
    const testing::Spinning spinning(i % 2 == 0);
    Semaphore semaphore(0);
    // Five want one each, three give them: two by two releases in a row, one at once.
    Parties parties(8, [&](int which) {
      if (which < 5) {
        semaphore.acquire();
      } else if (which < 7) {
        semaphore.release();
        semaphore.release();
      } else {
        semaphore.release();
      }
    });
    parties.join();
    ASSERT_FALSE(semaphore.acquire(false));
  }
}

TEST(LockFaults, T10_EventLosesNoWakeUp) {
  const std::int64_t rounds = repeat(20'000, 500'000);
  Event ping;
  Event pong;
  Parties parties(2, [&](int which) {
    for (std::int64_t i = 0; i < rounds; ++i) {
      if (which == 0) {
        ping.set();
        pong.wait();
        pong.clear();
      } else {
        ping.wait();
        ping.clear();
        pong.set();
      }
    }
  });
  parties.join();
}

TEST(LockFaults, T10_ConditionLosesNoWakeUp) {
  const std::int64_t rounds = repeat(5000, 200'000);
  Condition condition;
  std::int64_t turn = 0;
  Parties parties(4, [&](int which) {
    for (std::int64_t i = 0; i < rounds; ++i) {
      std::scoped_lock guard(condition);
      while (turn % 4 != which) condition.wait();
      ++turn;
      condition.notify_all();
    }
  });
  parties.join();
  EXPECT_EQ(turn, 4 * rounds);
}

TEST(LockFaults, T14_DepthPastItsMaximumIsAnErrorAndChangesNothing) {
  RLock lock;
  lock.acquire();
  RLockTestPeer::depth(lock) = (std::uint64_t{1} << 32) + 5;  // Python allows more than 2^32.
  lock.acquire();
  EXPECT_EQ(RLockTestPeer::depth(lock), (std::uint64_t{1} << 32) + 6);
  RLockTestPeer::depth(lock) = std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(text_of<OverflowError>([&] { lock.acquire(); }), "Internal lock count overflowed");
  EXPECT_THROW(static_cast<void>(lock.try_lock()), OverflowError);
  EXPECT_THROW(lock.acquire(true, 1), OverflowError);
  EXPECT_EQ(RLockTestPeer::depth(lock), std::numeric_limits<std::uint64_t>::max());
  RLockTestPeer::depth(lock) = 1;
  lock.release();
  EXPECT_FALSE(lock.locked());
}

// Memory in which one object after another lives, so that a late access to a dead one meets ASan's poison or a
// stranger.
template <class T>
class Place {
 public:
  template <class... Args>
  T& make(Args&&... args) {
    held_ = std::make_unique<T>(std::forward<Args>(args)...);
    return *held_;
  }
  void destroy() { held_.reset(); }

 private:
  std::unique_ptr<T> held_;
};

// A lock is destroyed by whoever gets it last, while the release() that gave it may still be returning.
TEST(LockFaults, T22_ALockMayBeDestroyedRightAfterItIsFree) {
  const std::int64_t rounds = repeat(3000, 100'000);
  Place<Lock> place;
  for (std::int64_t i = 0; i < rounds; ++i) {
    const testing::Spinning spinning(i % 2 == 0);
    Lock& lock = place.make();
    lock.acquire();
    Parties parties(2, [&](int which) {
      if (which == 0) {
        for (std::int64_t spins = i % 100; spins > 0; --spins) internal::cpu_relax();
        lock.release();
      } else {
        lock.acquire();
        lock.release();
        place.destroy();
      }
    });
    parties.join();
  }
}

TEST(LockFaults, T22_AnEventMayBeDestroyedByTheOneItFreed) {
  const std::int64_t rounds = repeat(3000, 100'000);
  Place<Event> place;
  for (std::int64_t i = 0; i < rounds; ++i) {
    const testing::Spinning spinning(i % 2 == 0);
    Event& event = place.make();
    Parties parties(2, [&](int which) {
      if (which == 0) {
        for (std::int64_t spins = i % 100; spins > 0; --spins) internal::cpu_relax();
        event.set();
      } else {
        event.wait();
        place.destroy();
      }
    });
    parties.join();
  }
}

TEST(LockFaults, T22_ASemaphoreMayBeDestroyedByTheOneItFreed) {
  const std::int64_t rounds = repeat(3000, 100'000);
  Place<Semaphore> place;
  for (std::int64_t i = 0; i < rounds; ++i) {
    const testing::Spinning spinning(i % 2 == 0);
    Semaphore& semaphore = place.make(0);
    Parties parties(2, [&](int which) {
      if (which == 0) {
        for (std::int64_t spins = i % 100; spins > 0; --spins) internal::cpu_relax();
        semaphore.release();
      } else {
        semaphore.acquire();
        place.destroy();
      }
    });
    parties.join();
  }
}

}  // namespace
}  // namespace skein::threading
