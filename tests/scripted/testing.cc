#include "scripted/testing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#include <sanitizer/lsan_interface.h>
#define SKEIN_SCRIPTED_LSAN 1
#endif
#endif

namespace skein::scripted {

namespace {

#ifdef SKEIN_SCRIPTED_SANITIZER
constexpr int kMostPreemptions = 2;
#else
constexpr int kMostPreemptions = kUnbounded;
#endif

// SKEIN_MORE_PREEMPTIONS in the environment: how many more than the tests ask for.
int more_preemptions() {
  const char* const text = std::getenv("SKEIN_MORE_PREEMPTIONS");
  return text != nullptr ? std::atoi(text) : 0;
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

void expect_holds(const Bounds& bounds, const Scenario& scenario) {
  if (const char* schedule = std::getenv("SKEIN_SCHEDULE")) {
    const Outcome outcome = replay(bounds, schedule, scenario);
    std::cout << outcome.trace;
    EXPECT_EQ(outcome.failure, "") << "in the schedule " << outcome.schedule;
    return;
  }
  Bounds within = bounds;
  within.preemptions = std::min(bounds.preemptions + more_preemptions(), kMostPreemptions);
  const auto start = std::chrono::steady_clock::now();
  const Outcome outcome = explore(within, scenario);
  std::cout << "  " << outcome.executions << " executions, at most " << outcome.longest << " choices in one, "
            << within.preemptions << " preemptions, " << within.surprises << " surprises, " << seconds_since(start)
            << " s\n";
  EXPECT_EQ(outcome.failure, "") << "in this schedule, which SKEIN_SCHEDULE='" << outcome.schedule
                                 << "' in the environment runs again:\n"
                                 << outcome.trace;
}

Outcome expect_fails(const Bounds& bounds, std::string_view reason, const Scenario& scenario) {
#ifdef SKEIN_SCRIPTED_LSAN
  const __lsan::ScopedDisabler leaks_are_expected;  // On the stacks that are left in the middle.
#endif
  const Outcome outcome = explore(bounds, scenario);
  EXPECT_NE(outcome.failure, "") << outcome.executions << " executions, and all of them held";
  EXPECT_NE(outcome.failure.find(reason), std::string::npos) << outcome.failure << '\n' << outcome.trace;
  std::cout << "  found after " << outcome.executions << " executions, in " << outcome.schedule << ": "
            << outcome.failure << '\n';
  const Outcome again = replay(bounds, outcome.schedule, scenario);
  EXPECT_EQ(again.failure, outcome.failure);
  EXPECT_EQ(again.schedule, outcome.schedule);
  return outcome;
}

}  // namespace skein::scripted
