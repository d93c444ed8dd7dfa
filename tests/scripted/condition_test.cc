// Condition and Barrier: a notification reaches whoever waited when it was made, and is never lost.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <stop_token>

#include <skein/threading/barrier.h>
#include <skein/threading/condition.h>
#include <skein/threading/lock.h>
#include <skein/threading/rlock.h>

#include "scripted/testing.h"

namespace skein::scripted {
namespace {

using threading::Barrier;
using threading::BrokenBarrierError;
using threading::Condition;
using threading::Lock;
using threading::RLock;

struct WithLock {
  Lock lock;
  Condition condition{lock};
  bool ready = false;
  int waiting = 0;
  int notified = 0;
};

// The usual loop, over either kind of lock.
template <class L>
void expect_handed_over(const Bounds& bounds, int waiters, bool all) {
  struct State {
    L lock;
    Condition condition{lock};
    bool ready = false;
    int woken = 0;
  };
  expect_holds(bounds, [=](Execution& run) {
    auto& state = run.make<State>();
    for (int i = 0; i < waiters; ++i) {
      run.thread([&] {
        state.lock.acquire();
        while (!state.ready) check(state.condition.wait(), "false without a timeout");
        ++state.woken;
        state.lock.release();
      });
    }
    run.thread([&state, waiters, all] {
      state.lock.acquire();
      state.ready = true;
      if (all) {
        state.condition.notify_all();
      } else {
        state.condition.notify(waiters);
      }
      state.lock.release();
    });
    run.at_end([&state, waiters] {
      check(state.woken == waiters, "not everybody woke up");
      check(!state.lock.locked(), "still held");
    });
  });
}

TEST(ScriptedConditionTest, NotifyWakesOne) { expect_handed_over<Lock>({}, 1, false); }
TEST(ScriptedConditionTest, NotifyWakesOneDespiteSurprises) { expect_handed_over<Lock>({.surprises = 1}, 1, false); }
TEST(ScriptedConditionTest, NotifyWakesTwo) { expect_handed_over<Lock>({.preemptions = 3}, 2, false); }
TEST(ScriptedConditionTest, NotifyAllWakesTwo) { expect_handed_over<Lock>({.preemptions = 3}, 2, true); }
TEST(ScriptedConditionTest, NotifyWakesOneOverAnRLock) { expect_handed_over<RLock>({}, 1, false); }
TEST(ScriptedConditionTest, NotifyAllWakesTwoOverAnRLock) { expect_handed_over<RLock>({.preemptions = 3}, 2, true); }

// Row T11: two wait, one of them for a limited time; one is notified. If the limited one says that
// it was, it passes the notification on; if it says that it was not, then the other was. Nobody
// sleeps for ever.
TEST(ScriptedConditionTest, T11_TimeoutDoesNotEatTheNotification) {
  expect_holds({.preemptions = 3}, [](Execution& run) {
    auto& state = run.make<WithLock>();
    run.thread([&] {
      state.lock.acquire();
      if (!state.ready && state.condition.wait(1)) state.condition.notify();
      state.lock.release();
    });
    run.thread([&] {
      state.lock.acquire();
      while (!state.ready) state.condition.wait();
      state.lock.release();
    });
    run.thread([&] {
      state.lock.acquire();
      state.ready = true;
      state.condition.notify();
      state.lock.release();
    });
  });
}

// True means that there was a notification; a notification finds the waiter, or the waiter has
// given up before.
TEST(ScriptedConditionTest, T11_TrueMeansNotified) {
  expect_holds({.preemptions = 4, .surprises = 1}, [](Execution& run) {
    auto& state = run.make<WithLock>();
    run.thread([&] {
      state.lock.acquire();
      if (state.condition.wait(1)) {
        check(state.ready, "notified by nobody");
        ++state.notified;
      }
      state.lock.release();
    });
    run.thread([&] {
      while (sleepers() == 0 && steps_of(0) < 12) internal::yield_cpu();
      state.lock.acquire();
      state.ready = true;
      state.condition.notify();
      state.lock.release();
    });
  });
}

// As many come back with true as were notified.
TEST(ScriptedConditionTest, T11_TwoTimedWaitersOneNotification) {
  expect_holds({.preemptions = 2}, [](Execution& run) {
    struct State : WithLock {
      int announced = 0;
    };
    auto& state = run.make<State>();
    for (int i = 0; i < 2; ++i) {
      run.thread([&] {
        state.lock.acquire();
        ++state.waiting;
        if (state.condition.wait(1)) ++state.notified;
        --state.waiting;
        state.lock.release();
      });
    }
    run.thread([&] {
      state.lock.acquire();
      if (state.waiting > 0) ++state.announced;
      state.condition.notify();
      state.lock.release();
    });
    run.at_end([&] { check(state.notified <= state.announced, "true without a notification"); });
  });
}

TEST(ScriptedConditionTest, WaitForAPredicateWithATimeout) {
  expect_holds({.preemptions = 3, .surprises = 1}, [](Execution& run) {
    auto& state = run.make<WithLock>();
    run.thread([&] {
      state.lock.acquire();
      const bool ready = state.condition.wait_for([&] { return state.ready; }, 1);
      check(ready == state.ready, "not what the predicate says");
      state.lock.release();
    });
    run.thread([&] {
      state.lock.acquire();
      state.ready = true;
      state.condition.notify();
      state.lock.release();
    });
  });
}

TEST(ScriptedConditionTest, WaitGivesUpAndTakesBackEveryLevelOfAnRLock) {
  expect_holds({}, [](Execution& run) {
    struct State {
      Condition condition;
      bool ready = false;
      int inside = 0;
    };
    auto& state = run.make<State>();
    run.thread([&] {
      state.condition.acquire();
      state.condition.acquire();
      while (!state.ready) state.condition.wait();
      check(++state.inside == 1, "two inside");
      state.condition.release();
      check(state.condition.locked(), "one level is left");
      --state.inside;
      state.condition.release();
    });
    run.thread([&] {
      state.condition.acquire();
      check(++state.inside == 1, "two inside");
      state.ready = true;
      state.condition.notify();
      --state.inside;
      state.condition.release();
    });
  });
}

TEST(ScriptedConditionTest, StopWakesTheWaiter) {
  expect_holds({.preemptions = 3}, [](Execution& run) {
    auto& state = run.make<WithLock>();
    auto& stop = run.make<std::stop_source>();
    run.thread([&] {
      state.lock.acquire();
      check(!state.condition.wait(stop.get_token()), "notified by nobody");
      state.lock.release();
    });
    run.thread([&] { stop.request_stop(); });
  });
}

// As T11_TimeoutDoesNotEatTheNotification, with a stop in place of the timeout.
TEST(ScriptedConditionTest, StopDoesNotEatTheNotification) {
  expect_holds({.preemptions = 2}, [](Execution& run) {
    auto& state = run.make<WithLock>();
    auto& stop = run.make<std::stop_source>();
    run.thread([&] {
      state.lock.acquire();
      if (!state.ready && state.condition.wait(stop.get_token())) state.condition.notify();
      state.lock.release();
    });
    run.thread([&] {
      state.lock.acquire();
      while (!state.ready) state.condition.wait();
      state.lock.release();
    });
    run.thread([&] {
      state.lock.acquire();
      state.ready = true;
      state.condition.notify();
      stop.request_stop();
      state.lock.release();
    });
  });
}

// A notification that came before the stop, while it waited, counts.
TEST(ScriptedConditionTest, StopAfterTheNotificationIsTrue) {
  expect_holds({.surprises = 1}, [](Execution& run) {
    auto& state = run.make<WithLock>();
    auto& stop = run.make<std::stop_source>();
    run.thread([&] {
      state.lock.acquire();
      state.waiting = 1;
      const bool notified = state.condition.wait(stop.get_token());
      state.waiting = 0;
      check(notified == state.ready, "the answer is not what happened");
      state.lock.release();
    });
    run.thread([&] {
      state.lock.acquire();
      if (state.waiting == 1) {
        state.ready = true;
        state.condition.notify();
      }
      state.lock.release();
      stop.request_stop();
    });
  });
}

// ---- Barrier ----

TEST(ScriptedBarrierTest, AllComeBeforeAnyGoes) {
  for (const int parties : {2, 3}) {
    expect_holds({.preemptions = 6 - parties}, [=](Execution& run) {
      struct State {
        explicit State(int parties) : barrier(parties) {}
        Barrier barrier;
        std::array<bool, 3> come{};
        std::array<std::int64_t, 3> numbers{};
      };
      auto& state = run.make<State>(parties);
      for (int i = 0; i < parties; ++i) {
        run.thread([&state, parties, i] {
          state.come.at(static_cast<std::size_t>(i)) = true;
          state.numbers.at(static_cast<std::size_t>(i)) = state.barrier.wait();
          check(std::count(state.come.begin(), state.come.end(), true) == parties, "gone before all have come");
        });
      }
      run.at_end([&state, parties] {
        std::sort(state.numbers.begin(), state.numbers.begin() + parties);
        for (int i = 0; i < parties; ++i) {
          check(state.numbers.at(static_cast<std::size_t>(i)) == i, "not each number once");
        }
        check(state.barrier.n_waiting() == 0, "somebody still waits");
      });
    });
  }
}

TEST(ScriptedBarrierTest, TwoRounds) {
  expect_holds({}, [](Execution& run) {
    struct State {
      Barrier barrier{2};
      std::array<std::array<bool, 2>, 2> come{};
    };
    auto& state = run.make<State>();
    for (std::size_t i = 0; i < 2; ++i) {
      run.thread([&state, i] {
        for (auto& round : state.come) {
          round.at(i) = true;
          state.barrier.wait();
          check(round[0] && round[1], "gone before all have come");
        }
      });
    }
  });
}

// Either the round is full, for both, or it breaks, for both.
TEST(ScriptedBarrierTest, TimeoutBreaksItForAllOrForNobody) {
  expect_holds({.preemptions = 3}, [](Execution& run) {
    struct State {
      Barrier barrier{2};
      Tally through;
      Tally broken;
    };
    auto& state = run.make<State>();
    for (int i = 0; i < 2; ++i) {
      run.thread([&state, i] {
        try {
          state.barrier.wait(i == 0 ? Timeout(1) : Timeout(None));
          ++state.through;
        } catch (const BrokenBarrierError&) {
          ++state.broken;
        }
      });
    }
    run.at_end([&] {
      check(state.through + state.broken == 2, "neither through nor broken");
      check(state.through != 1, "one is through and one is not");
      check(state.barrier.broken() == (state.broken == 2), "not broken as it says");
    });
  });
}

TEST(ScriptedBarrierTest, AbortFreesWhoWaits) {
  expect_holds({.preemptions = 3}, [](Execution& run) {
    auto& barrier = run.make<Barrier>(3);
    for (int i = 0; i < 2; ++i) {
      run.thread([&] {
        bool broken = false;
        try {
          barrier.wait();
        } catch (const BrokenBarrierError&) {
          broken = true;
        }
        check(broken, "through although one never came");
      });
    }
    run.thread([&] { barrier.abort(); });
  });
}

}  // namespace
}  // namespace skein::scripted
