// Event: every set() frees everyone who waits, whatever follows it.
#include <gtest/gtest.h>

#include <stop_token>

#include <skein/threading/event.h>

#include "scripted/testing.h"

namespace skein::scripted {
namespace {

using threading::Event;

void expect_set_frees(const Bounds& bounds, int waiters) {
  expect_holds(bounds, [=](Execution& run) {
    auto& event = run.make<Event>();
    for (int i = 0; i < waiters; ++i) {
      run.thread([&] {
        check(event.wait(), "came back without a set()");
        check(event.is_set(), "came back before the set()");
      });
    }
    run.thread([&] { event.set(); });
  });
}

TEST(ScriptedEventTest, SetFreesOneWaiter) { expect_set_frees({.preemptions = 6}, 1); }
TEST(ScriptedEventTest, SetFreesTwoWaiters) { expect_set_frees({}, 2); }
TEST(ScriptedEventTest, SetFreesTwoWaitersDespiteSurprises) {
  expect_set_frees({.preemptions = 3, .surprises = 2, .any_wake_order = true}, 2);
}

// Once wait() has looked (is_set() and its own first look are its first two steps), a set() frees
// it even if clear() comes next.
void expect_set_and_clear_free(const Bounds& bounds, int waiters) {
  expect_holds(bounds, [=](Execution& run) {
    auto& event = run.make<Event>();
    for (int i = 0; i < waiters; ++i) {
      run.thread([&] { check(event.wait(), "came back without a set()"); });
    }
    run.thread([&event, waiters] {
      for (int i = 0; i < waiters; ++i) {
        while (steps_of(i) < 2) internal::yield_cpu();
      }
      event.set();
      event.clear();
    });
    run.at_end([&] { check(!event.is_set(), "not lowered"); });
  });
}

TEST(ScriptedEventTest, SetAndClearFreeOneWaiter) { expect_set_and_clear_free({.preemptions = 6}, 1); }
TEST(ScriptedEventTest, SetAndClearFreeTwoWaiters) { expect_set_and_clear_free({}, 2); }
TEST(ScriptedEventTest, SetAndClearFreeTwoWaitersDespiteSurprises) {
  expect_set_and_clear_free({.preemptions = 3, .surprises = 1, .any_wake_order = true}, 2);
}

TEST(ScriptedEventTest, SetTwiceWithClearBetween) {
  expect_holds({}, [](Execution& run) {
    auto& event = run.make<Event>();
    run.thread([&] {
      check(event.wait(), "came back without a set()");
      check(event.wait(), "came back without a set()");
    });
    run.thread([&] {
      event.set();
      event.clear();
      event.set();
    });
  });
}

TEST(ScriptedEventTest, TwoSettersAndOneWhoClears) {
  expect_holds({}, [](Execution& run) {
    auto& event = run.make<Event>();
    run.thread([&] {
      while (steps_of(2) < 2) internal::yield_cpu();
      event.set();
    });
    run.thread([&] { event.clear(); });
    run.thread([&] { check(event.wait(), "came back without a set()"); });
  });
}

TEST(ScriptedEventTest, TimedWaitTellsWhetherItWasSet) {
  expect_holds({.preemptions = 3}, [](Execution& run) {
    struct State {
      Event event;
      bool setting = false;
    };
    auto& state = run.make<State>();
    for (int i = 0; i < 2; ++i) {
      run.thread([&] {
        if (state.event.wait(1)) {
          check(state.setting, "true before the set()");
        } else {
          check(state.event.wait(), "false after the set()");
        }
      });
    }
    run.thread([&] {
      static_cast<void>(state.event.is_set());  // A place to come in between.
      state.setting = true;
      state.event.set();
      check(state.event.wait(0), "false although it is set");
    });
  });
}

TEST(ScriptedEventTest, TimedWaitOfAnEventThatNobodySets) {
  expect_holds({.surprises = 1}, [](Execution& run) {
    auto& event = run.make<Event>();
    for (int i = 0; i < 2; ++i) {
      run.thread([&] { check(!event.wait(1), "true without a set()"); });
    }
    run.thread([&] { event.clear(); });
  });
}

// The waiter may destroy it while the set() that freed it is still returning.
TEST(ScriptedEventTest, DestroyedAfterTheWait) {
  expect_holds({.preemptions = 6, .surprises = 1}, [](Execution& run) {
    auto& event = run.make<Mortal<Event>>();
    run.thread([&] {
      event->wait();
      event.destroy();
    });
    run.thread([&] { event->set(); });
  });
}

TEST(ScriptedEventTest, StopWakesTheSleeper) {
  expect_holds({.preemptions = 3}, [](Execution& run) {
    auto& event = run.make<Event>();
    auto& stop = run.make<std::stop_source>();
    for (int i = 0; i < 2; ++i) {
      run.thread([&] { check(!event.wait(stop.get_token()), "true without a set()"); });
    }
    run.thread([&] { stop.request_stop(); });
  });
}

TEST(ScriptedEventTest, StopAndSetAtOnce) {
  expect_holds({}, [](Execution& run) {
    struct State {
      Event event;
      std::stop_source stop;
    };
    auto& state = run.make<State>();
    run.thread([&] {
      if (!state.event.wait(state.stop.get_token())) check(state.stop.stop_requested(), "false without a reason");
    });
    run.thread([&] { state.event.set(); });
    run.thread([&] { state.stop.request_stop(); });
  });
}

// A stop that comes after the set() does not hide it.
TEST(ScriptedEventTest, StopAfterSetIsTrue) {
  expect_holds({.preemptions = 3}, [](Execution& run) {
    struct State {
      Event event;
      std::stop_source stop;
    };
    auto& state = run.make<State>();
    for (int i = 0; i < 2; ++i) {
      run.thread([&] { check(state.event.wait(state.stop.get_token()), "false although it is set"); });
    }
    run.thread([&] {
      state.event.set();
      state.stop.request_stop();
    });
  });
}

}  // namespace
}  // namespace skein::scripted
