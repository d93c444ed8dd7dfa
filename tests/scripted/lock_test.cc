// Lock and RLock: one at a time, and no release goes unnoticed.
#include <gtest/gtest.h>

#include <stop_token>

#include <skein/core/errors.h>
#include <skein/threading/lock.h>
#include <skein/threading/rlock.h>

#include "scripted/testing.h"

namespace skein::scripted {
namespace {

using internal::Atomic;
using threading::Lock;
using threading::RLock;

// A room behind a lock, which notices when two are inside.
template <class L>
struct Room {
  L lock;
  int inside = 0;
  int visits = 0;
  Atomic<int> furniture{0};

  // The lock is held.
  void visit() {
    check(++inside == 1, "two inside");
    furniture.load();  // A place where others may come in between.
    --inside;
    ++visits;
  }
  void acquire_visit_release() {
    lock.acquire();
    visit();
    lock.release();
  }
};

template <class L>
void expect_exclusion(const Bounds& bounds, int threads, int times) {
  expect_holds(bounds, [=](Execution& run) {
    auto& room = run.make<Room<L>>();
    for (int i = 0; i < threads; ++i) {
      run.thread([&room, times] {
        for (int n = 0; n < times; ++n) room.acquire_visit_release();
      });
    }
    run.at_end([&room, threads, times] {
      check(room.visits == threads * times, "a visit is missing");
      check(!room.lock.locked(), "still held");
    });
  });
}

TEST(ScriptedLockTest, TwoThreadsExcludeEachOther) { expect_exclusion<Lock>({}, 2, 1); }
TEST(ScriptedLockTest, TwoThreadsExcludeEachOtherTwice) { expect_exclusion<Lock>({}, 2, 2); }
TEST(ScriptedLockTest, TwoThreadsExcludeEachOtherTwiceWithManyPreemptions) {
  expect_exclusion<Lock>({.preemptions = 6}, 2, 2);
}
TEST(ScriptedLockTest, ThreeThreadsExcludeEachOther) { expect_exclusion<Lock>({}, 3, 1); }
TEST(ScriptedLockTest, ThreeThreadsExcludeEachOtherTwice) { expect_exclusion<Lock>({}, 3, 2); }
TEST(ScriptedLockTest, SurprisesLoseNoWakeUp) {
  expect_exclusion<Lock>({.preemptions = 3, .surprises = 1, .any_wake_order = true}, 3, 1);
  expect_exclusion<Lock>({.preemptions = 4, .surprises = 2}, 2, 1);
}

// A waiter whose time runs out just when it is woken takes the lock or passes the wake-up on: the
// one who waits without limit gets the lock in the end.
TEST(ScriptedLockTest, TimeoutPassesTheWakeUpOn) {
  expect_holds({}, [](Execution& run) {
    auto& room = run.make<Room<Lock>>();
    run.thread([&] { room.acquire_visit_release(); });
    run.thread([&] {
      if (room.lock.acquire(true, 1)) {
        room.visit();
        room.lock.release();
      }
    });
    run.thread([&] { room.acquire_visit_release(); });
    run.at_end([&] {
      check(room.visits >= 2, "a visit is missing");
      check(!room.lock.locked(), "still held");
    });
  });
}

TEST(ScriptedLockTest, TimeoutPassesTheWakeUpOnDespiteSurprises) {
  expect_holds({.preemptions = 3, .surprises = 1, .any_wake_order = true}, [](Execution& run) {
    auto& room = run.make<Room<Lock>>();
    run.thread([&] { room.acquire_visit_release(); });
    run.thread([&] {
      if (room.lock.acquire(true, 1)) {
        room.visit();
        room.lock.release();
      }
    });
    run.thread([&] { room.acquire_visit_release(); });
  });
}

// The sleeper that was woken finds the lock taken again and its time up: another sleeper is woken in
// its place.
TEST(ScriptedLockTest, TimeoutAfterTheWakeUpPassesItOn) {
  expect_holds({.preemptions = 2, .surprises = 1}, [](Execution& run) {
    auto& room = run.make<Room<Lock>>();
    static_cast<void>(room.lock.try_lock());
    run.thread([&] {
      if (room.lock.acquire(true, 1)) {
        room.visit();
        room.lock.release();
      }
    });
    run.thread([&] { room.acquire_visit_release(); });
    run.thread([&] {
      room.lock.release();
      if (room.lock.try_lock()) room.lock.unlock();
    });
    run.at_end([&] { check(!room.lock.locked(), "still held"); });
  });
}

TEST(ScriptedLockTest, TimeoutOfALockThatStaysHeld) {
  expect_holds({}, [](Execution& run) {
    auto& lock = run.make<Lock>();
    static_cast<void>(lock.try_lock());  // And nobody releases it.
    for (int i = 0; i < 2; ++i) {
      run.thread([&] { check(!lock.acquire(true, 1), "acquired what is held"); });
    }
    run.thread([&] { check(!lock.acquire(false), "acquired what is held"); });
    run.at_end([&] {
      check(lock.locked(), "not held any more");
      lock.release();
      check(lock.acquire(false), "not free after its release");
    });
  });
}

TEST(ScriptedLockTest, TryLock) {
  expect_holds({}, [](Execution& run) {
    auto& room = run.make<Room<Lock>>();
    for (int i = 0; i < 2; ++i) {
      run.thread([&] {
        if (room.lock.try_lock()) {
          room.visit();
          room.lock.unlock();
        }
      });
    }
    run.thread([&] { room.acquire_visit_release(); });
    run.at_end([&] { check(room.visits >= 1 && !room.lock.locked(), "still held"); });
  });
}

// T22: the last user destroys the lock while the release() of the one before may still be
// returning.
void expect_safe_destruction(const Bounds& bounds, int threads, bool timed) {
  expect_holds(bounds, [=](Execution& run) {
    struct State {
      Mortal<Lock> lock;
      int users = 0;
    };
    auto& state = run.make<State>();
    state.users = threads;
    for (int i = 0; i < threads; ++i) {
      run.thread([&state, timed] {
        if (!timed || !state.lock->acquire(true, 1)) state.lock->acquire();
        const bool last = --state.users == 0;
        state.lock->release();
        if (last) state.lock.destroy();
      });
    }
  });
}

TEST(ScriptedLockTest, T22_DestroyedAfterTheLastRelease) {
  expect_safe_destruction({}, 2, false);
  expect_safe_destruction({}, 3, false);
}
TEST(ScriptedLockTest, T22_DestroyedAfterTheLastReleaseWithTimeouts) {
  expect_safe_destruction({.preemptions = 3}, 2, true);
}
TEST(ScriptedLockTest, T22_DestroyedAfterTheLastReleaseDespiteSurprises) {
  expect_safe_destruction({.preemptions = 3, .surprises = 1, .any_wake_order = true}, 3, false);
}

// Any thread may release what another has acquired.
TEST(ScriptedLockTest, ReleasedByAnotherThread) {
  expect_holds({}, [](Execution& run) {
    auto& lock = run.make<Lock>();
    static_cast<void>(lock.try_lock());
    for (int i = 0; i < 2; ++i) {
      run.thread([&] { lock.acquire(); });
    }
    run.thread([&] {
      lock.release();
      while (!lock.locked()) internal::yield_cpu();
      lock.release();
    });
    run.at_end([&] { check(lock.locked(), "the second did not get it"); });
  });
}

TEST(ScriptedLockTest, TwoReleasesOfOneAcquisition) {
  expect_holds({}, [](Execution& run) {
    struct State {
      Lock lock;
      Tally errors;
    };
    auto& state = run.make<State>();
    static_cast<void>(state.lock.try_lock());
    for (int i = 0; i < 2; ++i) {
      run.thread([&] {
        try {
          state.lock.release();
        } catch (const RuntimeError&) {
          ++state.errors;
        }
      });
    }
    run.at_end([&] { check(state.errors == 1 && !state.lock.locked(), "one of them had nothing to release"); });
  });
}

TEST(ScriptedLockTest, StopWakesTheSleeper) {
  expect_holds({}, [](Execution& run) {
    auto& lock = run.make<Lock>();
    auto& stop = run.make<std::stop_source>();
    static_cast<void>(lock.try_lock());  // And nobody releases it.
    run.thread([&] { check(!lock.acquire(stop.get_token()), "acquired what is held"); });
    run.thread([&] { check(stop.request_stop(), "stopped before"); });
  });
}

// A lock that became free before the stop, and stays so, is taken.
TEST(ScriptedLockTest, StopAfterTheReleaseTakesTheLock) {
  expect_holds({}, [](Execution& run) {
    auto& lock = run.make<Lock>();
    auto& stop = run.make<std::stop_source>();
    static_cast<void>(lock.try_lock());
    run.thread([&] { check(lock.acquire(stop.get_token()), "false although the lock is free"); });
    run.thread([&] {
      lock.release();
      stop.request_stop();
    });
  });
}

TEST(ScriptedLockTest, StopPassesTheWakeUpOn) {
  expect_holds({.preemptions = 3}, [](Execution& run) {
    auto& room = run.make<Room<Lock>>();
    auto& stop = run.make<std::stop_source>();
    static_cast<void>(room.lock.try_lock());
    run.thread([&] {
      if (room.lock.acquire(stop.get_token())) {
        room.visit();
        room.lock.release();
      }
    });
    run.thread([&] { room.acquire_visit_release(); });
    run.thread([&] {
      room.lock.release();
      stop.request_stop();
    });
    run.at_end([&] { check(!room.lock.locked(), "still held"); });
  });
}

// The sleeper that was woken finds the lock taken again and a stop requested: another sleeper is
// woken in its place.
TEST(ScriptedLockTest, StopAfterTheWakeUpPassesItOn) {
  expect_holds({.preemptions = 2}, [](Execution& run) {
    auto& room = run.make<Room<Lock>>();
    auto& stop = run.make<std::stop_source>();
    static_cast<void>(room.lock.try_lock());
    run.thread([&] {
      if (room.lock.acquire(stop.get_token())) {
        room.visit();
        room.lock.release();
      }
    });
    run.thread([&] { room.acquire_visit_release(); });
    run.thread([&] {
      room.lock.release();
      if (room.lock.try_lock()) {
        stop.request_stop();
        room.lock.unlock();
      } else {
        stop.request_stop();
      }
    });
    run.at_end([&] { check(!room.lock.locked(), "still held"); });
  });
}

// ---- RLock ----

TEST(ScriptedRLockTest, ThreadsExcludeEachOther) {
  expect_exclusion<RLock>({}, 2, 2);
  expect_exclusion<RLock>({}, 3, 1);
}

TEST(ScriptedRLockTest, NestedAcquisitionsHoldUntilTheLastRelease) {
  expect_holds({}, [](Execution& run) {
    auto& room = run.make<Room<RLock>>();
    for (int i = 0; i < 3; ++i) {
      run.thread([&] {
        room.lock.acquire();
        check(room.lock.try_lock(), "shut out of one's own lock");
        room.lock.release();
        room.visit();
        room.lock.release();
      });
    }
    run.at_end([&] { check(room.visits == 3 && !room.lock.locked(), "still held"); });
  });
}

TEST(ScriptedRLockTest, OthersCannotReleaseIt) {
  expect_holds({}, [](Execution& run) {
    auto& room = run.make<Room<RLock>>();
    run.thread([&] {
      room.lock.acquire();
      room.lock.acquire();
      room.visit();
      room.lock.release();
      room.visit();
      room.lock.release();
    });
    for (int i = 0; i < 2; ++i) {
      run.thread([&] {
        bool refused = false;
        try {
          room.lock.release();
        } catch (const RuntimeError&) {
          refused = true;
        }
        check(refused, "released what another thread holds");
        if (room.lock.acquire(false)) {
          room.visit();
          room.lock.release();
        }
      });
    }
  });
}

}  // namespace
}  // namespace skein::scripted
