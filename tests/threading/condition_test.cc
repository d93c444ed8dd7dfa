#include <gtest/gtest.h>
#include <sched.h>
#include <skein/threading.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <vector>

#include "testing/party.h"
#include "testing/repeat.h"
#include "testing/spinning.h"

namespace skein::threading {
namespace {

using testing::eventually;
using testing::now;
using testing::Parties;
using testing::Party;
using testing::repeat;

template <class F>
std::string runtime_error(F call) {
  try {
    call();
  } catch (const RuntimeError& error) {
    return error.what();
  }
  return "nothing thrown";
}

// One who waits in a condition, and what wait() said.
struct WaitingParty {
  WaitingParty(Condition& condition, Timeout timeout = None)
      : party([this, &condition, timeout] {
          std::scoped_lock guard(condition);
          holds.store(true);
          notified = condition.wait(timeout);
          ended.store(true);
        }),
        waits_in(condition) {}
  // Returns when it waits. It gives the lock up when it is in the list and not before, so whoever has the lock after it
  // knows; that it sleeps would say less, since it may do that for the lock as well.
  void until_it_waits() const {
    while (!holds.load()) ::sched_yield();
    std::scoped_lock guard(waits_in);
  }
  bool notified = false;
  std::atomic<bool> holds{false};
  std::atomic<bool> ended{false};
  Party party;
  Condition& waits_in;
};

void notify(Condition& condition, std::int64_t n = 1) {
  std::scoped_lock guard(condition);
  condition.notify(n);
}

TEST(ConditionTest, NotifyWakesThoseWhoHaveWaitedLongest) {
  Condition condition;
  std::vector<std::unique_ptr<WaitingParty>> waiting;
  for (int i = 0; i < 5; ++i) {
    waiting.push_back(std::make_unique<WaitingParty>(condition));
    waiting.back()->until_it_waits();
  }
  const auto ended = [&] {
    std::string who;
    for (auto& one : waiting) who += one->ended.load() ? 'x' : '.';
    return who;
  };
  notify(condition);
  EXPECT_TRUE(eventually([&] { return ended() == "x...."; })) << ended();
  notify(condition, 2);
  EXPECT_TRUE(eventually([&] { return ended() == "xxx.."; })) << ended();
  notify(condition, 0);
  notify(condition, -3);
  EXPECT_EQ(ended(), "xxx..");
  notify(condition, 100);
  EXPECT_TRUE(eventually([&] { return ended() == "xxxxx"; })) << ended();
  notify(condition);  // Nobody: nothing.
  for (auto& one : waiting) {
    one->party.join();
    EXPECT_TRUE(one->notified);
  }
}

TEST(ConditionTest, NotifyAllWakesAll) {
  Lock lock;
  Condition condition(lock);
  std::vector<std::unique_ptr<WaitingParty>> waiting;
  for (int i = 0; i < 4; ++i) {
    waiting.push_back(std::make_unique<WaitingParty>(condition));
    waiting.back()->until_it_waits();
  }
  {
    std::scoped_lock guard(lock);
    condition.notify_all();
  }
  for (auto& one : waiting) {
    one->party.join();
    EXPECT_TRUE(one->notified);
  }
}

TEST(ConditionTest, WaitTimesOutWithTheLockHeld) {
  Condition condition;
  condition.acquire();
  const double start = now();
  EXPECT_FALSE(condition.wait(0.05));
  EXPECT_GE(now() - start, 0.05);
  EXPECT_FALSE(condition.wait(0));
  EXPECT_FALSE(condition.wait(-5));
  EXPECT_FALSE(condition.wait({.timeout = 0.01}));
  EXPECT_TRUE(condition.locked());
  condition.release();
  EXPECT_FALSE(condition.locked());
}

TEST(ConditionTest, WaitGivesUpAllLevelsOfAnRLockAndTakesThemAgain) {
  RLock lock;
  Condition condition(lock);
  Party party([&] {
    lock.acquire();
    lock.acquire();
    lock.acquire();
    condition.wait();
    for (int i = 0; i < 3; ++i) lock.release();
    EXPECT_THROW(lock.release(), RuntimeError);
  });
  ASSERT_TRUE(party.blocks());
  notify(condition);  // Could not take the lock otherwise.
  party.join();
  EXPECT_FALSE(lock.locked());
}

TEST(ConditionTest, TwoConditionsMayShareALock) {
  Lock lock;
  Condition a(lock);
  Condition b(lock);
  WaitingParty in_a(a);
  WaitingParty in_b(b);
  in_a.until_it_waits();
  in_b.until_it_waits();
  notify(b);
  in_b.party.join();
  EXPECT_FALSE(in_a.ended.load());
  notify(a);
}

TEST(ConditionTest, WaitForGivesWhatThePredicateGave) {
  Condition condition;
  int value = 0;
  Party party([&] {
    std::scoped_lock guard(condition);
    EXPECT_TRUE(condition.wait_for([&] { return value == 2; }));
  });
  for (int i = 1; i <= 2; ++i) {
    ASSERT_TRUE(party.blocks());
    std::scoped_lock guard(condition);
    value = i;
    condition.notify();
  }
  party.join();
  std::scoped_lock guard(condition);
  const double start = now();
  EXPECT_FALSE(condition.wait_for([] { return false; }, 0.05));
  EXPECT_GE(now() - start, 0.05);
  EXPECT_TRUE(condition.wait_for([] { return true; }, {.timeout = 0}));
  int three = 3;
  EXPECT_EQ(condition.wait_for([&] { return &three; }), &three);
}

TEST(ConditionTest, ARequestedStopEndsAWait) {
  Condition condition;
  std::stop_source stop;
  bool notified = true;
  Party party([&] {
    std::scoped_lock guard(condition);
    notified = condition.wait(stop.get_token());
    EXPECT_FALSE(condition.wait_for(stop.get_token(), [] { return false; }));
  });
  ASSERT_TRUE(party.blocks());
  stop.request_stop();
  party.join();
  EXPECT_FALSE(notified);
}

TEST(ConditionTest, ProducersAndConsumersLoseNothing) {
  Condition condition;
  int stored = 0;
  int consumed = 0;
  const int each = static_cast<int>(repeat(5000));
  Parties parties(4, [&](int which) {
    for (int i = 0; i < each; ++i) {
      std::scoped_lock guard(condition);
      if (which < 2) {
        ++stored;
        condition.notify();
      } else {
        condition.wait_for([&] { return stored > 0; });
        --stored;
        ++consumed;
      }
    }
  });
  parties.join();
  EXPECT_EQ(stored, 0);
  EXPECT_EQ(consumed, 2 * each);
}

// ---- the fault table ----

TEST(ConditionFaults, T9_WithoutTheLockIsAnError) {
  Condition condition;
  EXPECT_EQ(runtime_error([&] { condition.wait(); }), "cannot wait on un-acquired lock");
  EXPECT_EQ(runtime_error([&] { condition.wait_for([] { return false; }); }), "cannot wait on un-acquired lock");
  EXPECT_EQ(runtime_error([&] { condition.notify(); }), "cannot notify on un-acquired lock");
  EXPECT_EQ(runtime_error([&] { condition.notify_all(); }), "cannot notify on un-acquired lock");
  Lock lock;
  Condition lent(lock);
  EXPECT_EQ(runtime_error([&] { lent.wait(0); }), "cannot wait on un-acquired lock");
  // Held by another thread is not held, for an RLock.
  Event held;
  Event go;
  Party party([&] {
    std::scoped_lock guard(condition);
    held.set();
    go.wait();
  });
  held.wait();
  EXPECT_EQ(runtime_error([&] { condition.notify(); }), "cannot notify on un-acquired lock");
  go.set();
}

// Two wait, one of them with a timeout that is swept over the notification: the notification reaches exactly one.
TEST(ConditionFaults, T11_ANotificationIsNotLostToATimeout) {
  const std::int64_t rounds = repeat(3000, 100'000);
  for (std::int64_t i = 0; i < rounds; ++i) {
    const testing::Spinning spinning(i % 2 == 0);
    Condition condition;
    std::atomic<int> inside{0};
    bool hasty_notified = false;
    std::atomic<bool> patient_notified{false};
    Party hasty([&] {
      std::scoped_lock guard(condition);
      inside.fetch_add(1);
      hasty_notified = condition.wait(std::chrono::microseconds(i % 100));
    });
    while (inside.load() < 1) ::sched_yield();
    Party patient([&] {
      std::scoped_lock guard(condition);
      inside.fetch_add(1);
      condition.wait();
      patient_notified.store(true);
    });
    while (inside.load() < 2) ::sched_yield();
    notify(condition);  // Both are in the list by now, or the hasty one has left it.
    hasty.join();
    if (hasty_notified) {
      ASSERT_FALSE(patient_notified.load()) << "one notification reached two, round " << i;
      notify(condition);
    }
    patient.join();  // Hangs if the notification went nowhere.
    ASSERT_TRUE(patient_notified.load());
  }
}

TEST(ConditionFaults, T21_WhatAPredicateThrowsLeavesWithTheLockHeld) {
  RLock lock;
  Condition condition(lock);
  lock.acquire();
  lock.acquire();
  EXPECT_THROW(condition.wait_for([]() -> bool { throw std::logic_error("at once"); }), std::logic_error);
  int calls = 0;
  EXPECT_THROW(condition.wait_for(
                   [&]() -> bool {
                     if (++calls == 2) throw std::logic_error("later");
                     return false;
                   },
                   0.01),
               std::logic_error);
  EXPECT_EQ(calls, 2);
  bool taken = true;
  Party([&] { taken = lock.acquire(false); }).join();
  EXPECT_FALSE(taken);
  lock.release();
  lock.release();
  EXPECT_FALSE(lock.locked());
}

}  // namespace
}  // namespace skein::threading
