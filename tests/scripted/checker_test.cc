// The checker itself: it tries every schedule once, and it finds what can go wrong. What it finds in whole primitives
// is in wrong_test.cc.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <skein/core/park.h>
#include <skein/threading/lock.h>

#include "scripted/testing.h"

namespace skein::scripted {
namespace {

using internal::Atomic;

// ---- every schedule, once ----

// All orders in which threads with that many steps each can run, as strings of thread numbers, in
// which a thread that has steps left is left for another at most `preemptions` times.
void orders(std::vector<int> left, std::string so_far, int preemptions, std::set<std::string>* all) {
  bool any = false;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (left[i] == 0) continue;
    any = true;
    const bool last_could = !so_far.empty() && left[static_cast<std::size_t>(so_far.back() - 'A')] > 0;
    const char name = static_cast<char>('A' + static_cast<int>(i));
    const int price = last_could && so_far.back() != name ? 1 : 0;
    if (price > preemptions) continue;
    std::vector<int> rest = left;
    --rest[i];
    orders(rest, so_far + name, preemptions - price, all);
  }
  if (!any) all->insert(so_far);
}

void expect_all_orders_once(const std::vector<int>& steps, int preemptions) {
  std::multiset<std::string> seen;
  const Outcome outcome = explore({.preemptions = preemptions}, [&](Execution& run) {
    auto& word = run.make<Atomic<int>>(0);
    auto& order = run.make<std::string>();
    for (std::size_t i = 0; i < steps.size(); ++i) {
      run.thread([&word, &order, name = static_cast<char>('A' + static_cast<int>(i)), count = steps[i]] {
        for (int step = 0; step < count; ++step) {
          word.fetch_add(1);
          const Unwatched unwatched;
          order += name;
        }
      });
    }
    run.at_end([&] { seen.insert(order); });
  });
  std::set<std::string> expected;
  orders(steps, "", preemptions, &expected);
  EXPECT_EQ(outcome.failure, "");
  EXPECT_EQ(outcome.executions, expected.size());
  EXPECT_EQ(seen, std::multiset<std::string>(expected.begin(), expected.end()));
}

TEST(ScriptedCheckerTest, TriesEveryOrderOnce) {
  expect_all_orders_once({3, 3}, kUnbounded);
  expect_all_orders_once({2, 2, 2}, kUnbounded);
  expect_all_orders_once({1, 4, 2}, kUnbounded);
  expect_all_orders_once({0, 2, 1}, kUnbounded);
}

TEST(ScriptedCheckerTest, TriesEveryOrderWithinThePreemptionBoundOnce) {
  for (int preemptions = 0; preemptions <= 3; ++preemptions) {
    expect_all_orders_once({4, 4}, preemptions);
    expect_all_orders_once({3, 2, 3}, preemptions);
  }
}

// Whether the sleeper was woken or its time ran out, and who came first: all of it happens.
TEST(ScriptedCheckerTest, TriesEveryEndOfATimedSleep) {
  std::set<std::string> seen;
  const Outcome outcome = explore({}, [&](Execution& run) {
    auto& word = run.make<Atomic<std::uint32_t>>(0U);
    auto& story = run.make<std::string>();
    run.thread([&] {
      const bool in_time = internal::park(&word, 0, Deadline(Timeout(1)));
      story += in_time ? "woken " : "late ";
      story += word.load() == 0 ? "before" : "after";
    });
    run.thread([&] {
      word.store(1);
      internal::unpark(&word, 1);
    });
    run.at_end([&] { seen.insert(story); });
  });
  EXPECT_EQ(outcome.failure, "");
  EXPECT_EQ(seen, (std::set<std::string>{"woken after", "late before", "late after"}));
}

TEST(ScriptedCheckerTest, SurprisesHappenOnlyWhenAskedFor) {
  const Scenario scenario = [](Execution& run) {
    auto& word = run.make<Atomic<std::uint32_t>>(0U);
    run.thread([&] {
      internal::park(&word, 0, Deadline());
      check(word.load() == 1, "woken for nothing");
    });
    run.thread([&] {
      word.store(1);
      internal::unpark(&word, 1);
    });
  };
  expect_holds({.surprises = 0}, scenario);
  expect_fails({.surprises = 1}, "woken for nothing", scenario);
}

TEST(ScriptedCheckerTest, TheClockJumpsOnlyAsASurprise) {
  const Scenario scenario = [](Execution& run) {
    auto& word = run.make<Atomic<int>>(0);
    run.thread([&] {
      const Deadline deadline{Timeout(3600)};
      word.store(1);
      check(!deadline.passed(), "an hour later");
    });
  };
  expect_holds({.surprises = 0}, scenario);
  expect_fails({.surprises = 1}, "an hour later", scenario);
}

TEST(ScriptedCheckerTest, WeakCompareExchangeFailsForNoReasonOnlyAsASurprise) {
  const Scenario scenario = [](Execution& run) {
    auto& word = run.make<Atomic<int>>(0);
    run.thread([&] {
      int expected = 0;
      check(word.compare_exchange_weak(expected, 1), "failed for nothing");
    });
  };
  expect_holds({.surprises = 0}, scenario);
  expect_fails({.surprises = 1}, "failed for nothing", scenario);
}

TEST(ScriptedCheckerTest, WakesTheLongestSleeperUnlessToldOtherwise) {
  const Scenario scenario = [](Execution& run) {
    auto& word = run.make<Atomic<std::uint32_t>>(0U);
    auto& woken = run.make<Tally>();
    run.thread([&] {
      internal::park(&word, 0, Deadline());
      check(++woken == 1, "the first sleeper is not the first to wake up");
      internal::unpark(&word, 1);
    });
    run.thread([&] {
      while (sleepers() < 1) internal::yield_cpu();
      internal::park(&word, 0, Deadline());
      check(++woken == 2, "the second sleeper is the first to wake up");
    });
    run.thread([&] {
      while (sleepers() < 2) internal::yield_cpu();
      internal::unpark(&word, 1);
    });
  };
  expect_holds({}, scenario);
  expect_fails({.any_wake_order = true}, "the second sleeper is the first", scenario);
}

TEST(ScriptedCheckerTest, AThreadThatYieldsLetsOthersGoOnAndDoesNotStarveThem) {
  expect_holds({}, [](Execution& run) {
    auto& flag = run.make<Atomic<int>>(0);
    for (int i = 0; i < 2; ++i) {
      run.thread([&] {
        while (flag.load() == 0) internal::yield_cpu();
      });
    }
    run.thread([&] {
      flag.load();
      flag.store(1);
    });
  });
}

TEST(ScriptedCheckerTest, ThreadsHaveTokensOfTheirOwn) {
  expect_holds({}, [](Execution& run) {
    auto& tokens = run.make<std::set<std::uint32_t>>();
    auto& word = run.make<Atomic<int>>(0);
    for (int i = 0; i < 3; ++i) {
      run.thread([&] {
        const std::uint32_t before = internal::thread_token();
        word.load();
        check(before == internal::thread_token(), "the token changed");
        const Unwatched unwatched;
        tokens.insert(before);
      });
    }
    run.at_end([&] { check(tokens.size() == 3, "a token was given out twice"); });
  });
}

// ---- what it detects ----

TEST(ScriptedCheckerTest, FindsADeadlockOfTwoLocks) {
  const Outcome outcome = expect_fails({.preemptions = 1}, "deadlock: A sleeps on word", [](Execution& run) {
    struct Locks {
      threading::Lock one;
      threading::Lock other;
    };
    auto& locks = run.make<Locks>();
    run.thread([&] {
      locks.one.acquire();
      locks.other.acquire();
      locks.other.release();
      locks.one.release();
    });
    run.thread([&] {
      locks.other.acquire();
      locks.one.acquire();
      locks.one.release();
      locks.other.release();
    });
  });
  EXPECT_TRUE(outcome.schedule.starts_with("p1,s0,")) << outcome.schedule;
  EXPECT_NE(outcome.trace.find("is preempted"), std::string::npos) << outcome.trace;
}

TEST(ScriptedCheckerTest, FindsALoopWithoutEnd) {
  expect_fails({.steps = 200}, "no end after 200 steps", [](Execution& run) {
    auto& flag = run.make<Atomic<int>>(0);
    run.thread([&] {
      while (flag.load() == 0) internal::cpu_relax();
    });
  });
}

TEST(ScriptedCheckerTest, FindsAnException) {
  expect_fails({}, "throws std::runtime_error: too late", [](Execution& run) {
    auto& flag = run.make<Atomic<int>>(0);
    run.thread([&] {
      if (flag.load() == 1) throw std::runtime_error("too late");
    });
    run.thread([&] { flag.store(1); });
  });
}

// What one thread is handling while another runs stays its own.
TEST(ScriptedCheckerTest, ExceptionsBeingHandledDoNotMix) {
  expect_holds({.preemptions = kUnbounded}, [](Execution& run) {
    auto& word = run.make<Atomic<int>>(0);
    for (int i = 0; i < 2; ++i) {
      run.thread([&, i] {
        try {
          throw i;
        } catch (...) {
          word.load();
          try {
            throw;
          } catch (int mine) {
            word.load();
            check(mine == i, "another thread's exception");
          }
        }
      });
    }
  });
}

TEST(ScriptedCheckerTest, FindsASleeperOnAWordThatIsDestroyed) {
  expect_fails({}, "is destroyed while A sleeps on it", [](Execution& run) {
    auto& word = run.make<Mortal<Atomic<std::uint32_t>>>(0U);
    run.thread([&] { internal::park(&*word, 0, Deadline()); });
    run.thread([&] {
      word->load();
      word.destroy();
    });
  });
}

TEST(ScriptedCheckerTest, SaysWhatIsNoSchedule) {
  const Scenario scenario = [](Execution& run) { run.thread([] {}); };
  EXPECT_EQ(replay({}, "p1,s0", scenario).failure, "");
  for (const char* text : {"", "p1", "p1,s0,", "p1,s0,3", "p1,s0,3:", "p1,s0,3:-1", "p1,s0;3:1", "3:1"}) {
    EXPECT_EQ(replay({}, text, scenario).failure, std::string("not a schedule: ") + text);
  }
}

TEST(ScriptedCheckerTest, NoticesAScenarioThatDiffersFromRunToRun) {
  int runs = 0;
  const Outcome outcome = explore({}, [&](Execution& run) {
    auto& word = run.make<Atomic<int>>(0);
    const int threads = 2 + runs++ % 2;
    for (int i = 0; i < threads; ++i) {
      run.thread([&] {
        word.load();
        word.load();
      });
    }
  });
  EXPECT_NE(outcome.failure.find("not deterministic"), std::string::npos) << outcome.failure;
}

}  // namespace
}  // namespace skein::scripted
