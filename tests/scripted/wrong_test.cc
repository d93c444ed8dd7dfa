// The checker against primitives that are wrong on purpose: it finds what is wrong with each.
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <memory>

#include <skein/core/park.h>
#include <skein/threading/lock.h>

#include "scripted/testing.h"

namespace skein::scripted {
namespace {

using internal::Atomic;

// Keeps others out by looking first and taking then.
class LeakyLock {
 public:
  void acquire() {
    while (held_.load() != 0) internal::yield_cpu();
    held_.store(1);
  }
  void release() { held_.store(0); }

 private:
  Atomic<std::uint32_t> held_{0};
};

TEST(ScriptedWrongTest, LockThatLooksFirstAndTakesThen) {
  expect_fails({.preemptions = 2}, "two inside", [](Execution& run) {
    struct State {
      LeakyLock lock;
      Tally inside;
      Atomic<int> work{0};
    };
    auto& state = run.make<State>();
    for (int i = 0; i < 2; ++i) {
      run.thread([&] {
        state.lock.acquire();
        check(++state.inside == 1, "two inside");
        state.work.load();
        --state.inside;
        state.lock.release();
      });
    }
  });
}

// A lock whose release wakes nobody.
class SilentLock {
 public:
  void acquire() {
    while (held_.exchange(1) != 0) internal::park(&held_, 1, Deadline());
  }
  void release() { held_.store(0); }

 private:
  Atomic<std::uint32_t> held_{0};
};

TEST(ScriptedWrongTest, LockThatWakesNobody) {
  expect_fails({}, "deadlock", [](Execution& run) {
    auto& lock = run.make<SilentLock>();
    for (int i = 0; i < 2; ++i) {
      run.thread([&] {
        lock.acquire();
        lock.release();
      });
    }
  });
}

// libstdc++ 12's semaphore in short: who loses the race for a permit goes to sleep on the value it
// has seen, which need not be zero, and release() wakes only when the value was zero.
class LossySemaphore {
 public:
  explicit LossySemaphore(std::uint32_t permits) : permits_(permits) {}

  void acquire() {
    std::uint32_t seen = permits_.load();
    for (;;) {
      std::uint32_t expected = seen;
      if (seen != 0 && permits_.compare_exchange_strong(expected, seen - 1)) return;
      internal::park(&permits_, seen, Deadline());
      seen = permits_.load();
    }
  }
  void release() {
    if (permits_.fetch_add(1) == 0) internal::unpark(&permits_, std::numeric_limits<int>::max());
  }

 private:
  Atomic<std::uint32_t> permits_;
};

TEST(ScriptedWrongTest, SemaphoreThatSleepsOnPermits) {
  expect_fails({}, "deadlock", [](Execution& run) {
    auto& semaphore = run.make<LossySemaphore>(1U);
    for (int i = 0; i < 3; ++i) {
      run.thread([&] {
        semaphore.release();
        semaphore.acquire();
      });
    }
  });
}

// An event of one bit: a set() that clear() follows at once is not seen by who has been waiting for
// it.
class ForgetfulEvent {
 public:
  void set() {
    flag_.store(1);
    internal::unpark(&flag_, std::numeric_limits<int>::max());
  }
  void clear() { flag_.store(0); }
  void wait() {
    while (flag_.load() == 0) internal::park(&flag_, 0, Deadline());
  }

 private:
  Atomic<std::uint32_t> flag_{0};
};

TEST(ScriptedWrongTest, EventThatForgetsASetAndClear) {
  expect_fails({}, "deadlock: A sleeps", [](Execution& run) {
    auto& event = run.make<ForgetfulEvent>();
    run.thread([&] { event.wait(); });
    run.thread([&] {
      while (sleepers() == 0) internal::yield_cpu();
      event.set();
      event.clear();
    });
  });
}

// A lock whose release looks at the lock again after it has made it free.
class LingeringLock {
 public:
  void acquire() {
    while (held_.exchange(1) != 0) {
      sleepers_.fetch_add(1);
      internal::park(&held_, 1, Deadline());
      sleepers_.fetch_sub(1);
    }
  }
  void release() {
    held_.store(0);
    if (sleepers_.load() != 0) internal::unpark(&held_, 1);
  }

 private:
  Atomic<std::uint32_t> held_{0};
  Atomic<std::uint32_t> sleepers_{0};
};

TEST(ScriptedWrongTest, LockThatIsTouchedAfterItsRelease) {
  expect_fails({}, "load on word", [](Execution& run) {
    struct State {
      Mortal<LingeringLock> lock;
      int users = 2;
    };
    auto& state = run.make<State>();
    for (int i = 0; i < 2; ++i) {
      run.thread([&] {
        state.lock->acquire();
        const bool last = --state.users == 0;
        state.lock->release();
        if (last) state.lock.destroy();
      });
    }
  });
}

// A semaphore whose sleeper looks at the clock first when it is woken: the permit that it was woken
// for is left lying, and another sleeper does not hear of it.
class HastySemaphore {
 public:
  bool acquire(Deadline deadline) {
    for (;;) {
      std::uint32_t permits = permits_.load();
      if (permits != 0 && permits_.compare_exchange_strong(permits, permits - 1)) return true;
      if (permits != 0) continue;
      sleepers_.fetch_add(1);
      internal::park(&permits_, 0, deadline);
      sleepers_.fetch_sub(1);
      if (deadline.passed()) return false;
    }
  }
  void release() {
    permits_.fetch_add(1);
    if (sleepers_.load() != 0) internal::unpark(&permits_, 1);
  }

 private:
  Atomic<std::uint32_t> permits_{0};
  Atomic<std::uint32_t> sleepers_{0};
};

TEST(ScriptedWrongTest, SemaphoreWhoseLateSleeperLeavesItsPermit) {
  const Scenario scenario = [](Execution& run) {
    auto& semaphore = run.make<HastySemaphore>();
    run.thread([&] {
      if (semaphore.acquire(Deadline(Timeout(1)))) semaphore.release();
    });
    run.thread([&] { semaphore.acquire(Deadline()); });
    run.thread([&] { semaphore.release(); });
  };
  expect_fails({.preemptions = 1, .surprises = 1}, "deadlock: A has ended, B sleeps", scenario);
}

// A waiter that leaves the list of a condition when its time is up, although a notifier has picked
// it already: the notification is gone, and another waiter sleeps on (T11).
class ForgetfulCondition {
 public:
  bool wait(threading::Lock& lock, Deadline deadline) {
    internal::Waiter waiter;
    waiters_.push_back(waiter);
    lock.release();
    internal::SpinHistory history;
    const bool notified = waiter.wait(history, {.deadline = deadline});
    lock.acquire();
    if (!notified && !waiters_.remove(waiter)) waiter.wait_notified();
    return notified;  // Should be true after wait_notified().
  }
  void notify() {
    if (internal::Waiter* const waiter = waiters_.pop_front()) waiter->notify();
  }

 private:
  internal::WaiterList waiters_;
};

TEST(ScriptedWrongTest, ConditionWhoseLateWaiterEatsTheNotification) {
  expect_fails({}, "nobody was notified", [](Execution& run) {
    struct State {
      threading::Lock lock;
      ForgetfulCondition condition;
      int waiting = 0;
      int notified = 0;
      bool announced = false;
    };
    auto& state = run.make<State>();
    run.thread([&] {
      state.lock.acquire();
      ++state.waiting;
      if (state.condition.wait(state.lock, Deadline(Timeout(1)))) ++state.notified;
      --state.waiting;
      state.lock.release();
    });
    run.thread([&] {
      state.lock.acquire();
      if (state.waiting == 1) {
        state.announced = true;
        state.condition.notify();
      }
      state.lock.release();
    });
    run.at_end([&] { check(!state.announced || state.notified == 1, "nobody was notified"); });
  });
}

// A waiter's owner that does not wait for the notifier that has picked it: the notifier comes to a
// waiter that is gone.
TEST(ScriptedWrongTest, WaiterThatLeavesBeforeItsNotifier) {
  expect_fails({}, "which has been destroyed", [](Execution& run) {
    struct State {
      threading::Lock lock;
      internal::WaiterList waiters;
      internal::SpinHistory history;
    };
    auto& state = run.make<State>();
    run.thread([&] {
      auto waiter = std::make_unique<Mortal<internal::Waiter>>();
      state.lock.acquire();
      state.waiters.push_back(**waiter);
      state.lock.release();
      const bool notified = (*waiter)->wait(state.history, {.deadline = Deadline(Timeout(1))});
      state.lock.acquire();
      if (!notified) state.waiters.remove(**waiter);
      state.lock.release();
      waiter->destroy();
      static_cast<void>(state.lock.locked());
    });
    run.thread([&] {
      state.lock.acquire();
      internal::Waiter* const waiter = state.waiters.pop_front();
      state.lock.release();
      if (waiter != nullptr) waiter->notify();
    });
  });
}

}  // namespace
}  // namespace skein::scripted
