// What everything else waits by: park and unpark, Waiter, StopWaker.
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <optional>
#include <stop_token>

#include <skein/core/park.h>
#include <skein/core/spin.h>

#include "scripted/testing.h"

namespace skein::scripted {
namespace {

using internal::Atomic;
using internal::kSleeper;
using internal::SpinHistory;
using internal::StopWaker;
using internal::Until;
using internal::Waiter;
using internal::WaiterList;

TEST(ScriptedParkTest, AChangedWordDoesNotPark) {
  expect_holds({.preemptions = kUnbounded, .surprises = 1}, [](Execution& run) {
    auto& word = run.make<Atomic<std::uint32_t>>(0U);
    run.thread([&] {
      while (word.load() == 0) internal::park(&word, 0, Deadline());
    });
    run.thread([&] {
      word.store(1);
      internal::unpark(&word, 1);
    });
  });
}

TEST(ScriptedParkTest, FalseMeansThatTimeIsUp) {
  expect_holds({.preemptions = kUnbounded, .surprises = 1}, [](Execution& run) {
    auto& word = run.make<Atomic<std::uint32_t>>(0U);
    run.thread([&] {
      const Deadline deadline{Timeout(1)};
      if (!internal::park(&word, 0, deadline)) check(deadline.passed(), "too early");
    });
    run.thread([&] {
      word.store(1);
      internal::unpark(&word, 1);
    });
  });
}

// Both halves of the promise of a word with counted sleepers: whoever changes the value learns in
// the same step whether anybody sleeps, and need not wake when nobody does.
TEST(ScriptedParkTest, CountedSleepersAreNotMissed) {
  expect_holds({}, [](Execution& run) {
    auto& bits = run.make<Atomic<std::uint64_t>>(0U);
    for (int i = 0; i < 2; ++i) {
      run.thread([&] {
        std::uint64_t now = bits.fetch_add(kSleeper) + kSleeper;
        while (internal::value_of(now) == 0) {
          internal::park(internal::value_address(bits), 0, Deadline());
          now = bits.load();
        }
        bits.fetch_sub(kSleeper);
      });
    }
    run.thread([&] {
      if (internal::sleepers_of(bits.fetch_add(1)) != 0) internal::unpark(internal::value_address(bits), 2);
    });
    run.at_end([&] { check(bits.load() == 1, "somebody is still counted"); });
  });
}

// Sleepers of other processes are other sleepers.
TEST(ScriptedParkTest, ScopesAreApart) {
  expect_fails({}, "deadlock: A sleeps", [](Execution& run) {
    auto& word = run.make<Atomic<std::uint32_t>>(0U);
    run.thread([&] {
      while (word.load() == 0) internal::park(&word, 0, Deadline(), internal::Scope::kShared);
    });
    run.thread([&] {
      word.store(1);
      internal::unpark(&word, 1, internal::Scope::kProcess);
    });
  });
}

// ---- Waiter ----

// The waiter is gone as soon as wait() says that it was notified; notify() may still be returning.
TEST(ScriptedWaiterTest, NotifyTouchesNothingAfterwards) {
  expect_holds({.preemptions = kUnbounded, .surprises = 1}, [](Execution& run) {
    struct State {
      Mortal<Waiter> waiter;
      SpinHistory history;
    };
    auto& state = run.make<State>();
    run.thread([&] {
      check(state.waiter->wait(state.history, {}), "false without a timeout");
      state.waiter.destroy();
    });
    run.thread([&] { state.waiter->notify(); });
  });
}

// Out of time, then notified all the same: wait_notified() sees it through.
TEST(ScriptedWaiterTest, WaitNotifiedWaitsForTheNotifier) {
  expect_holds({.preemptions = kUnbounded}, [](Execution& run) {
    struct State {
      Mortal<Waiter> waiter;
      SpinHistory history;
    };
    auto& state = run.make<State>();
    run.thread([&] {
      if (!state.waiter->wait(state.history, {.deadline = Deadline(Timeout(1))})) state.waiter->wait_notified();
      state.waiter.destroy();
    });
    run.thread([&] { state.waiter->notify(); });
  });
}

// T11 in small: a list under a lock of the test's own. Of two waiters, one of them timed, as many
// come back notified as were.
TEST(ScriptedWaiterTest, T11_ListKeepsEveryNotification) {
  expect_holds({}, [](Execution& run) {
    struct State {
      WaiterList list;
      SpinHistory history;
      Tally notified;
      Tally sent;

      void send_one() {
        Waiter* next = nullptr;
        {
          const Together guard;
          next = list.pop_front();
        }
        if (next == nullptr) return;
        ++sent;
        next->notify();
      }
    };
    auto& state = run.make<State>();
    for (int i = 0; i < 2; ++i) {
      run.thread([&state, i] {
        Waiter waiter;
        {
          const Together guard;
          state.list.push_back(waiter);
        }
        const Until until{.deadline = i == 0 ? Deadline(Timeout(1)) : Deadline()};
        if (!waiter.wait(state.history, until)) {
          {
            const Together guard;
            if (state.list.remove(waiter)) return;
          }
          waiter.wait_notified();
        }
        ++state.notified;
        state.send_one();  // Passes it on, so that the other does not wait for ever.
      });
    }
    run.thread([&] {
      internal::yield_cpu();  // The first step of all three comes when two wait.
      state.send_one();
    });
    run.at_end([&] {
      check(state.notified == state.sent, "a notification is lost");
      check(state.list.empty(), "somebody was left in the list");
    });
  });
}

TEST(ScriptedWaiterTest, NotifyTakenNotifiesEverybody) {
  expect_holds({}, [](Execution& run) {
    struct State {
      std::array<Mortal<Waiter>, 2> waiters;
      WaiterList list;
      SpinHistory history;
    };
    auto& state = run.make<State>();
    for (std::size_t i = 0; i < 2; ++i) {
      run.thread([&state, i] {
        auto& waiter = state.waiters.at(i);
        {
          const Together guard;
          state.list.push_back(*waiter);
        }
        check(waiter->wait(state.history, {}), "false without a timeout");
        waiter.destroy();
      });
    }
    run.thread([&] {
      internal::yield_cpu();
      WaiterList all;
      {
        const Together guard;
        all = state.list.take_all();
      }
      all.notify_taken();
    });
    run.at_end([&] { check(state.list.empty(), "somebody was left in the list"); });
  });
}

TEST(ScriptedWaiterTest, StopEndsTheWait) {
  expect_holds({}, [](Execution& run) {
    struct State {
      Waiter waiter;
      SpinHistory history;
      std::stop_source stop;
    };
    auto& state = run.make<State>();
    run.thread([&] {
      const std::stop_token token = state.stop.get_token();
      check(!state.waiter.wait(state.history, {.deadline = {}, .stop = &token}), "notified by nobody");
    });
    run.thread([&] { state.stop.request_stop(); });
  });
}

// ---- StopWaker ----

// The sleeper looks for the stop, then sleeps; the stop may come at any moment, between the two as
// well.
TEST(ScriptedStopWakerTest, AStopAtAnyMomentWakesTheSleeper) {
  expect_holds({.preemptions = 5, .surprises = 1}, [](Execution& run) {
    struct State {
      Atomic<std::uint32_t> word{0};
      std::stop_source stop;
    };
    auto& state = run.make<State>();
    run.thread([&] {
      const std::stop_token token = state.stop.get_token();
      const Until until{.deadline = {}, .stop = &token};
      const StopWaker waker(until, &state.word);
      while (!until.stopped()) internal::park(&state.word, 0, Deadline());
    });
    run.thread([&] { check(state.stop.request_stop(), "stopped before"); });
  });
}

TEST(ScriptedStopWakerTest, TwoSleepersOfOneWord) {
  expect_holds({}, [](Execution& run) {
    struct State {
      Atomic<std::uint32_t> word{0};
      std::stop_source stop;
    };
    auto& state = run.make<State>();
    for (int i = 0; i < 2; ++i) {
      run.thread([&] {
        const std::stop_token token = state.stop.get_token();
        const Until until{.deadline = {}, .stop = &token};
        const StopWaker waker(until, &state.word);
        while (!until.stopped()) internal::park(&state.word, 0, Deadline());
      });
    }
    run.thread([&] { state.stop.request_stop(); });
  });
}

// The wait ends for another reason while the stop is being requested: the waker goes when the ring
// is through, and the ring touches neither it nor the word afterwards.
TEST(ScriptedStopWakerTest, LeavesWhileTheRingRuns) {
  expect_holds({}, [](Execution& run) {
    struct State {
      Mortal<Atomic<std::uint32_t>> word{0U};
      Mortal<std::optional<StopWaker>> waker;
      std::stop_source stop;
    };
    auto& state = run.make<State>();
    run.thread([&] {
      const std::stop_token token = state.stop.get_token();
      const Until until{.deadline = {}, .stop = &token};
      state.waker->emplace(until, &*state.word);
      while (state.word->load() == 0 && !until.stopped()) internal::park(&*state.word, 0, Deadline());
      state.waker.destroy();
      while (state.word->load() == 0) internal::yield_cpu();
      state.word.destroy();
    });
    run.thread([&] { state.stop.request_stop(); });
    run.thread([&] {
      const void* const word = &*state.word;
      state.word->store(1);
      internal::unpark(word, 1);
    });
  });
}

}  // namespace
}  // namespace skein::scripted
