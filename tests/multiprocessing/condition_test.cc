#include <gtest/gtest.h>
#include <skein/core/errors.h>
#include <skein/multiprocessing/condition.h>
#include <skein/multiprocessing/errors.h>

#include <cmath>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "multiprocessing/archive.h"
#include "multiprocessing/processes.h"
#include "testing/child.h"
#include "testing/repeat.h"

namespace skein {
namespace {

using multiprocessing::AssertionError;
using multiprocessing::Condition;
using multiprocessing::Lock;
using multiprocessing::RLock;
using testing::Child;
using testing::Common;
using testing::Counter;
using testing::eventually;
using testing::now;
using testing::Party;
using testing::raised;
using testing::repeat;

template <class F>
std::string refusal_of(F call) {
  try {
    call();
  } catch (const AssertionError& error) {
    return error.what();
  }
  return "done";
}

// A child in wait(): it has given the lock up when this returns, so it is in the line.
template <class B>
Child waiter(const Condition& condition, const B& then) {
  Common<Counter> has_lock;
  Child child([&] {
    condition.acquire();
    has_lock->store(1);
    const bool notified = condition.wait(20);
    return then(notified);
  });
  EXPECT_TRUE(raised(*has_lock));
  condition.acquire();
  condition.release();
  return child;
}
Child waiter(const Condition& condition) {
  return waiter(condition, [&condition](bool notified) {
    condition.release();
    return notified ? 0 : 1;
  });
}

TEST(ConditionTest, OnlyWhoHoldsTheLockWaitsAndNotifies) {
  for (const Condition& condition : {Condition(), Condition(Lock()), Condition(RLock())}) {
    const auto all_refused = [&] {
      EXPECT_EQ(refusal_of([&] { condition.wait(); }), "must acquire() condition before using wait()");
      EXPECT_EQ(refusal_of([&] { condition.wait(0); }), "must acquire() condition before using wait()");
      EXPECT_EQ(refusal_of([&] { condition.notify(); }), "lock is not owned");
      EXPECT_EQ(refusal_of([&] { condition.notify(0); }), "lock is not owned");
      EXPECT_EQ(refusal_of([&] { condition.notify_all(); }), "lock is not owned");
    };
    all_refused();
    condition.acquire();
    Party(all_refused).join();
    condition.notify();
    condition.notify(5);
    condition.notify(0);
    condition.notify(-1);
    condition.notify_all();
    EXPECT_FALSE(condition.wait(0));
    EXPECT_FALSE(condition.wait(-1));
    EXPECT_FALSE(condition.wait({.timeout = 0.01}));
    EXPECT_THROW(static_cast<void>(condition.wait(std::nan(""))), ValueError);
    condition.release();
    all_refused();
  }
}

TEST(ConditionTest, ANotificationWakesAnotherProcess) {
  SKEIN_FORKS();
  for (const Condition& condition : {Condition(), Condition(Lock())}) {
    Child child = waiter(condition);
    {
      const std::scoped_lock guard(condition);
      condition.notify();
    }
    EXPECT_EQ(child.wait(5), 0);
  }
}

TEST(ConditionTest, TheFirstToComeIsNotifiedFirst) {
  SKEIN_FORKS();
  const Condition condition;
  Common<Counter> turn;
  std::vector<Child> children;
  for (std::int64_t i = 0; i < 5; ++i) {
    children.push_back(waiter(condition, [&, i](bool notified) {
      const std::int64_t at = turn->fetch_add(1);
      condition.release();
      return notified && at == i ? 0 : 1;
    }));
  }
  for (std::int64_t i = 0; i < 3; ++i) {
    condition.acquire();
    condition.notify();
    condition.release();
    EXPECT_TRUE(raised(*turn, i + 1));
  }
  condition.acquire();
  condition.notify(1);
  condition.release();
  EXPECT_TRUE(raised(*turn, 4));
  condition.acquire();
  condition.notify_all();
  condition.release();
  for (Child& child : children) EXPECT_EQ(child.wait(5), 0);
}

TEST(ConditionTest, NotifyWakesSoManyAndKeepsNothing) {
  SKEIN_FORKS();
  const Condition condition;
  condition.acquire();
  condition.notify(3);  // Nobody waits: forgotten.
  condition.release();
  Common<Counter> woken;
  std::vector<Child> children;
  for (int i = 0; i < 4; ++i) {
    children.push_back(waiter(condition, [&](bool notified) {
      woken->fetch_add(1);
      condition.release();
      return notified ? 0 : 1;
    }));
  }
  condition.acquire();
  condition.notify(2);
  condition.release();
  EXPECT_TRUE(raised(*woken, 2));
  EXPECT_TRUE(children[2].sleeps());
  EXPECT_TRUE(children[3].sleeps());
  EXPECT_EQ(woken->load(), 2);
  condition.acquire();
  condition.notify(100);
  condition.release();
  for (Child& child : children) EXPECT_EQ(child.wait(5), 0);
}

TEST(ConditionTest, WaitGivesUpAnRLockInAllLevelsAndTakesThemBack) {
  SKEIN_FORKS();
  const RLock lock;
  const Condition condition(lock);
  Common<Counter> deep;
  Child child([&] {
    for (int i = 0; i < 3; ++i) lock.acquire();
    deep->store(1);
    if (!condition.wait(20)) return 1;
    deep->store(2);
    for (int i = 0; i < 3; ++i) lock.release();
    return lock.locked() ? 2 : 0;
  });
  EXPECT_TRUE(raised(*deep));
  EXPECT_TRUE(lock.acquire(true, 5));
  condition.notify();
  EXPECT_EQ(deep->load(), 1);
  lock.release();
  EXPECT_EQ(child.wait(5), 0);
}

TEST(ConditionTest, TheLockIsHeldWhenWaitReturns) {
  SKEIN_FORKS();
  const Lock lock;
  const Condition condition(lock);
  Child child = waiter(condition, [&](bool notified) {
    const bool held = lock.locked();
    lock.release();
    return notified && held ? 0 : 1;
  });
  condition.acquire();
  condition.notify();
  ::usleep(1000);
  EXPECT_TRUE(lock.locked());
  condition.release();
  EXPECT_EQ(child.wait(5), 0);
}

TEST(ConditionTest, WaitForAsksAgain) {
  SKEIN_FORKS();
  const Condition condition;
  Common<Counter> number;
  Child child([&] {
    const std::scoped_lock guard(condition);
    return condition.wait_for([&] { return number->load() >= 3; }, 20) ? 0 : 1;
  });
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(child.sleeps());
    const std::scoped_lock guard(condition);
    number->fetch_add(1);
    condition.notify();
  }
  EXPECT_EQ(child.wait(5), 0);
  const std::scoped_lock guard(condition);
  int asked = 0;
  EXPECT_FALSE(condition.wait_for([&] { return ++asked < 0; }, 0));
  EXPECT_EQ(asked, 1);  // As multiprocessing: with no time it does not wait.
  EXPECT_FALSE(condition.wait_for([&] { return ++asked < 0; }, 0.02));
  EXPECT_EQ(asked, 3);
  EXPECT_EQ(condition.wait_for([] { return 7; }), 7);
}

TEST(ConditionTest, WaitForNeedsTheLockOnlyToWait) {
  const Condition condition;
  EXPECT_TRUE(condition.wait_for([] { return true; }));
  EXPECT_FALSE(condition.wait_for([] { return false; }, 0));
  EXPECT_THROW(condition.wait_for([] { return false; }), AssertionError);
}

TEST(ConditionTest, AStopEndsTheWait) {
  const Condition condition;
  std::stop_source stop;
  Party other([&] {
    const std::scoped_lock guard(condition);
    EXPECT_FALSE(condition.wait(stop.get_token()));
    EXPECT_FALSE(condition.wait_for(stop.get_token(), [] { return false; }));
  });
  EXPECT_TRUE(other.blocks());
  stop.request_stop();
  other.join();
}

TEST(ConditionTest, SoManyMayWaitAtOnce) {
  EXPECT_THROW(Condition({.max_waiters = 0}), ValueError);
  EXPECT_THROW(Condition({.max_waiters = 1 << 21}), ValueError);
  const Condition condition({.max_waiters = 2});
  std::atomic<int> in{0};
  const auto waits = [&] {
    const std::scoped_lock guard(condition);
    in.fetch_add(1);
    EXPECT_TRUE(condition.wait(20));
  };
  {
    Party first(waits);
    Party second(waits);
    EXPECT_TRUE(eventually([&] { return in.load() == 2; }));
    const std::scoped_lock guard(condition);  // Both are in the line.
    EXPECT_THROW(condition.wait(0), RuntimeError);
    condition.notify_all();
  }
  const std::scoped_lock guard(condition);
  EXPECT_FALSE(condition.wait(0));
}

// T11 of the threads: a notification and the end of a waiter's time meet. One of the two waiters is always told.
TEST(ConditionTest, ANotificationIsNotLostOnAWaiterWhoseTimeRunsOut) {
  SKEIN_FORKS();
  const Condition condition;
  for (std::int64_t i = 0; i < repeat(200, 5000); ++i) {
    Common<Counter> in;
    Common<Counter> told;
    const auto hasty = [&] {
      const std::scoped_lock guard(condition);
      in->fetch_add(1);
      if (condition.wait(std::chrono::microseconds(i % 200))) told->fetch_add(1);
    };
    Party patient([&] {
      const std::scoped_lock guard(condition);
      in->fetch_add(1);
      while (told->load() == 0) {
        if (condition.wait(5)) told->fetch_add(1);
      }
    });
    ASSERT_TRUE(raised(*in));
    Party other(hasty);
    ASSERT_TRUE(raised(*in, 2));
    for (std::int64_t spins = i * 13 % 4000; spins > 0; --spins) internal::cpu_relax();
    const double start = now();
    {
      const std::scoped_lock guard(condition);
      condition.notify();
    }
    ASSERT_TRUE(raised(*told)) << "lost in round " << i;
    ASSERT_LT(now() - start, 4) << "lost in round " << i;
    {
      const std::scoped_lock guard(condition);
      condition.notify_all();  // The patient one, if it was the other that was told.
    }
  }
}

// Items handed over through a condition: none is lost, nobody hangs.
TEST(ConditionTest, HandsItemsOver) {
  SKEIN_FORKS();
  const Lock lock;
  const Condition not_empty(lock);
  const Condition not_full(lock);
  struct Box {
    std::int64_t full = 0;
    std::int64_t put = 0;
    std::int64_t got = 0;
  };
  Common<Box> box;
  const std::int64_t rounds = repeat(3000);
  std::vector<Child> children;
  for (int i = 0; i < 2; ++i) {
    children.emplace_back([&] {
      for (std::int64_t k = 0; k < rounds; ++k) {
        const std::scoped_lock guard(lock);
        if (!not_full.wait_for([&] { return box->full < 2; }, 20)) return 1;
        ++box->full;
        ++box->put;
        not_empty.notify();
      }
      return 0;
    });
    children.emplace_back([&] {
      for (std::int64_t k = 0; k < rounds; ++k) {
        const std::scoped_lock guard(lock);
        if (!not_empty.wait_for([&] { return box->full > 0; }, 20)) return 1;
        --box->full;
        ++box->got;
        not_full.notify();
      }
      return 0;
    });
  }
  for (Child& child : children) EXPECT_EQ(child.wait(), 0);
  EXPECT_EQ(box->put, 2 * rounds);
  EXPECT_EQ(box->got, 2 * rounds);
}

TEST(ConditionTest, TravelsInAParcel) {
  SKEIN_FORKS();
  for (const bool plain : {false, true}) {
    std::optional<Condition> condition;
    if (plain) {
      condition.emplace(Lock());
    } else {
      condition.emplace();
    }
    const multiprocessing::internal::Parcel parcel = testing::packed(*condition);
    EXPECT_EQ(testing::unpacked<Condition>(parcel), *condition);
    Common<Counter> in;
    Child child([&] {
      condition.reset();
      const auto given = testing::unpacked<Condition>(parcel);
      const std::scoped_lock guard(given);
      in->store(1);
      return given.wait(20) ? 0 : 1;
    });
    EXPECT_TRUE(raised(*in));
    const std::scoped_lock guard(*condition);
    condition->notify();
    condition->release();
    EXPECT_EQ(child.wait(5), 0);
    condition->acquire();
  }
}

// ---- P5: killed while waiting ----

TEST(ConditionFaults, P5_NotifyDoesNotWaitForTheDead) {
  SKEIN_FORKS();
  for (std::int64_t i = 0; i < repeat(5, 100); ++i) {
    const Condition condition;
    std::vector<Child> waiting;
    for (int k = 0; k < 3; ++k) waiting.push_back(waiter(condition));
    waiting[static_cast<std::size_t>(i % 3)].kill_and_see();
    if (i % 2 == 0) waiting[static_cast<std::size_t>(i % 3)].wait();
    const double start = now();
    for (int k = 0; k < 100; ++k) {
      const std::scoped_lock guard(condition);
      condition.notify();
    }
    for (int k = 0; k < 100; ++k) {
      const std::scoped_lock guard(condition);
      condition.notify_all();
    }
    EXPECT_LT(now() - start, 5);
    for (int k = 0; k < 3; ++k) {
      if (k != i % 3) {
        EXPECT_EQ(waiting[static_cast<std::size_t>(k)].wait(5), 0);
      }
    }
  }
}

TEST(ConditionFaults, P5_ANotificationIsNotSpentOnTheDead) {
  SKEIN_FORKS();
  const Condition condition;
  Child first = waiter(condition);
  Child second = waiter(condition);
  first.kill_and_see();
  {
    const std::scoped_lock guard(condition);
    condition.notify(1);
  }
  EXPECT_EQ(second.wait(5), 0);
}

TEST(ConditionFaults, P5_PlacesOfTheDeadAreUsedAgain) {
  SKEIN_FORKS();
  const Condition condition({.max_waiters = 3});
  for (int round = 0; round < 3; ++round) {
    std::vector<Child> doomed;
    for (int k = 0; k < 3; ++k) doomed.push_back(waiter(condition));
    for (const Child& child : doomed) child.kill_and_see();
    if (round == 1) {  // Notified, and killed before they noticed, or after.
      const std::scoped_lock guard(condition);
      condition.notify_all();
    }
  }
  Child child = waiter(condition);
  const std::scoped_lock guard(condition);
  condition.notify();
  condition.release();
  EXPECT_EQ(child.wait(5), 0);
  condition.acquire();
}

TEST(ConditionFaults, P33_TheLockOfANotifiedWaiterMayBeARecoveredOne) {
  SKEIN_FORKS();
  const Condition condition;
  Child waiting = waiter(condition, [&](bool notified) {
    const bool told = condition.recovered();
    condition.release();
    return notified && told && !condition.recovered() ? 0 : 1;
  });
  Child notifier([&] {
    condition.acquire();
    condition.notify();
    ::raise(SIGKILL);
  });
  EXPECT_EQ(notifier.wait(), -SIGKILL);
  EXPECT_EQ(waiting.wait(5), 0);
}

}  // namespace
}  // namespace skein
