// Semaphore: no permit is lost, and nobody sleeps while there is one.
#include <gtest/gtest.h>

#include <stop_token>

#include <skein/core/errors.h>
#include <skein/threading/semaphore.h>

#include "scripted/testing.h"

namespace skein::scripted {
namespace {

using threading::BoundedSemaphore;
using threading::Semaphore;

int permits_left(Semaphore& semaphore) {
  int count = 0;
  while (semaphore.try_lock()) ++count;
  return count;
}

// Row T10, the shape in which std::counting_semaphore of libstdc++ 12 loses wake-ups: everybody
// releases, then acquires.
void expect_nothing_lost(const Bounds& bounds, int threads, int times, int permits) {
  expect_holds(bounds, [=](Execution& run) {
    auto& semaphore = run.make<Semaphore>(permits);
    for (int i = 0; i < threads; ++i) {
      run.thread([&semaphore, times] {
        for (int n = 0; n < times; ++n) {
          semaphore.release();
          semaphore.acquire();
        }
      });
    }
    run.at_end([&semaphore, permits] { check(permits_left(semaphore) == permits, "not as many permits as before"); });
  });
}

TEST(ScriptedSemaphoreTest, T10_ReleaseThenAcquire) {
  expect_nothing_lost({.preemptions = 6}, 2, 1, 0);
  expect_nothing_lost({}, 2, 2, 0);
  expect_nothing_lost({}, 3, 1, 0);
}
TEST(ScriptedSemaphoreTest, T10_ReleaseThenAcquireWithAPermitToBeginWith) {
  expect_nothing_lost({}, 2, 2, 1);
  expect_nothing_lost({}, 3, 1, 1);
}
TEST(ScriptedSemaphoreTest, T10_ReleaseThenAcquireTwice) { expect_nothing_lost({.preemptions = 3}, 3, 2, 0); }
TEST(ScriptedSemaphoreTest, T10_ReleaseThenAcquireDespiteSurprises) {
  expect_nothing_lost({.preemptions = 3, .surprises = 1, .any_wake_order = true}, 3, 1, 0);
}

// There is always a permit for who has released one, so nobody sleeps above. Here acquirers have begun to wait when the
// permits come: they must not go to sleep on what is left when they have lost a race.
TEST(ScriptedSemaphoreTest, T10_PermitsComeWhileOneGoesToSleep) {
  expect_holds({.preemptions = 6, .surprises = 1}, [](Execution& run) {
    auto& semaphore = run.make<Semaphore>(0);
    run.thread([&] { semaphore.acquire(); });
    run.thread([&] {
      semaphore.release();
      semaphore.release();
    });
    run.at_end([&] { check(permits_left(semaphore) == 1, "not one permit left"); });
  });
}
TEST(ScriptedSemaphoreTest, T10_AcquireThenRelease) {
  for (const bool any_wake_order : {false, true}) {
    expect_holds({.preemptions = 3, .any_wake_order = any_wake_order}, [](Execution& run) {
      auto& semaphore = run.make<Semaphore>(0);
      for (int i = 0; i < 2; ++i) {
        run.thread([&] {
          semaphore.acquire();
          semaphore.release();
        });
      }
      run.thread([&] { semaphore.release(2); });
      run.at_end([&] { check(permits_left(semaphore) == 2, "not two permits left"); });
    });
  }
}

// As a lock.
void expect_exclusion(const Bounds& bounds, int threads, int times) {
  expect_holds(bounds, [=](Execution& run) {
    struct State {
      Semaphore semaphore{1};
      int inside = 0;
      internal::Atomic<int> work{0};
    };
    auto& state = run.make<State>();
    for (int i = 0; i < threads; ++i) {
      run.thread([&state, times] {
        for (int n = 0; n < times; ++n) {
          state.semaphore.acquire();
          check(++state.inside == 1, "two inside");
          state.work.load();
          --state.inside;
          state.semaphore.release();
        }
      });
    }
    run.at_end([&] { check(permits_left(state.semaphore) == 1, "not one permit"); });
  });
}

TEST(ScriptedSemaphoreTest, OnePermitExcludes) {
  expect_exclusion({}, 2, 2);
  expect_exclusion({}, 3, 1);
}
TEST(ScriptedSemaphoreTest, OnePermitExcludesTwice) { expect_exclusion({.preemptions = 3}, 3, 2); }

TEST(ScriptedSemaphoreTest, ReleaseOfTwoWakesTwo) {
  for (const bool any_wake_order : {false, true}) {
    expect_holds({.any_wake_order = any_wake_order}, [](Execution& run) {
      auto& semaphore = run.make<Semaphore>(0);
      for (int i = 0; i < 2; ++i) {
        run.thread([&] { semaphore.acquire(); });
      }
      run.thread([&] { semaphore.release(2); });
      run.at_end([&] { check(permits_left(semaphore) == 0, "a permit is left"); });
    });
  }
}

TEST(ScriptedSemaphoreTest, TwoReleasesWakeTwo) {
  expect_holds({.preemptions = 3, .surprises = 1, .any_wake_order = true}, [](Execution& run) {
    auto& semaphore = run.make<Semaphore>(0);
    for (int i = 0; i < 2; ++i) {
      run.thread([&] { semaphore.acquire(); });
    }
    run.thread([&] {
      semaphore.release();
      semaphore.release();
    });
    run.at_end([&] { check(permits_left(semaphore) == 0, "a permit is left"); });
  });
}

// Time runs out just when the permit comes: it is taken, or is still there.
TEST(ScriptedSemaphoreTest, TimeoutLosesNoPermit) {
  expect_holds({.preemptions = 6, .surprises = 1}, [](Execution& run) {
    struct State {
      Semaphore semaphore{0};
      Tally taken;
    };
    auto& state = run.make<State>();
    run.thread([&] { state.taken += state.semaphore.acquire(true, 1) ? 1 : 0; });
    run.thread([&] { state.semaphore.release(); });
    run.at_end([&] { check(permits_left(state.semaphore) + state.taken == 1, "the permit is lost"); });
  });
}

// Nor the wake-up: the one who waits without limit gets the permit if the other does not.
TEST(ScriptedSemaphoreTest, TimeoutPassesTheWakeUpOn) {
  for (const int surprises : {0, 1}) {
    expect_holds({.preemptions = 4 - surprises, .surprises = surprises}, [](Execution& run) {
      auto& semaphore = run.make<Semaphore>(0);
      run.thread([&] {
        if (semaphore.acquire(true, 1)) semaphore.release();
      });
      run.thread([&] { semaphore.acquire(); });
      run.thread([&] { semaphore.release(); });
      run.at_end([&] { check(permits_left(semaphore) == 0, "a permit too many"); });
    });
  }
}

TEST(ScriptedSemaphoreTest, ReleaseOfTwoWithATimeout) {
  expect_holds({}, [](Execution& run) {
    struct State {
      Semaphore semaphore{0};
      Tally taken;
    };
    auto& state = run.make<State>();
    run.thread([&] { state.taken += state.semaphore.acquire(true, 1) ? 1 : 0; });
    run.thread([&] {
      state.semaphore.acquire();
      ++state.taken;
    });
    run.thread([&] { state.semaphore.release(2); });
    run.at_end([&] { check(permits_left(state.semaphore) + state.taken == 2, "a permit is lost"); });
  });
}

TEST(ScriptedSemaphoreTest, TryAcquire) {
  expect_holds({.surprises = 1}, [](Execution& run) {
    struct State {
      Semaphore semaphore{1};
      Tally taken;
    };
    auto& state = run.make<State>();
    for (int i = 0; i < 3; ++i) {
      run.thread([&] { state.taken += state.semaphore.acquire(false) ? 1 : 0; });
    }
    run.at_end([&] { check(state.taken == 1, "one permit, not one taker"); });
  });
}

TEST(ScriptedSemaphoreTest, BoundHoldsWhenTwoRelease) {
  expect_holds({}, [](Execution& run) {
    struct State {
      BoundedSemaphore semaphore{1};
      Tally refused;
    };
    auto& state = run.make<State>();
    for (int i = 0; i < 3; ++i) {
      run.thread([&, i] {
        try {
          if (i == 0) state.semaphore.acquire();
          state.semaphore.release();
        } catch (const ValueError&) {
          ++state.refused;
        }
      });
    }
    run.at_end([&] {
      check(state.refused == 2, "one permit was taken, so one may be released");
      check(permits_left(state.semaphore) == 1, "more or less than the bound");
    });
  });
}

// May be destroyed once acquired, while the release() is still returning.
TEST(ScriptedSemaphoreTest, DestroyedAfterTheAcquire) {
  expect_holds({.preemptions = 6, .surprises = 1}, [](Execution& run) {
    auto& semaphore = run.make<Mortal<Semaphore>>(0);
    run.thread([&] {
      semaphore->acquire();
      semaphore.destroy();
    });
    run.thread([&] { semaphore->release(); });
  });
}

TEST(ScriptedSemaphoreTest, StopWakesTheSleeper) {
  expect_holds({}, [](Execution& run) {
    auto& semaphore = run.make<Semaphore>(0);
    auto& stop = run.make<std::stop_source>();
    run.thread([&] { check(!semaphore.acquire(stop.get_token()), "a permit out of nothing"); });
    run.thread([&] { stop.request_stop(); });
  });
}

// A permit that was released before the stop is taken.
TEST(ScriptedSemaphoreTest, StopAfterTheReleaseLeavesNoPermit) {
  expect_holds({}, [](Execution& run) {
    struct State {
      Semaphore semaphore{0};
      std::stop_source stop;
    };
    auto& state = run.make<State>();
    run.thread([&] { check(state.semaphore.acquire(state.stop.get_token()), "false although there is a permit"); });
    run.thread([&] {
      state.semaphore.release();
      state.stop.request_stop();
    });
  });
}

TEST(ScriptedSemaphoreTest, StopLosesNoPermit) {
  expect_holds({.preemptions = 3}, [](Execution& run) {
    struct State {
      Semaphore semaphore{0};
      std::stop_source stop;
    };
    auto& state = run.make<State>();
    run.thread([&] {
      if (state.semaphore.acquire(state.stop.get_token())) state.semaphore.release();
    });
    run.thread([&] { state.semaphore.acquire(); });
    run.thread([&] {
      state.semaphore.release();
      state.stop.request_stop();
    });
    run.at_end([&] { check(permits_left(state.semaphore) == 0, "a permit too many"); });
  });
}

}  // namespace
}  // namespace skein::scripted
