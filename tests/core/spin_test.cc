#include <gtest/gtest.h>
#include <skein/core/errors.h>
#include <skein/core/spin.h>
#include <skein/core/timeout.h>

#include <sched.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "testing/child.h"
#include "testing/party.h"

namespace skein {
namespace {

using internal::Spin;
using internal::SpinHistory;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using testing::now;
using testing::Outcome;
using testing::run_scenario;

// ---- the budget ----

SKEIN_SCENARIO(prints_the_budget) {
  std::printf("%lld", static_cast<long long>(spin_budget().count()));
  return 0;
}

std::int64_t budget_with(const std::string& variable) {
  const Outcome outcome = run_scenario("prints_the_budget", {.environment = {variable}});
  EXPECT_TRUE(outcome.good()) << outcome;
  EXPECT_EQ(outcome.err, "");
  return std::atoll(outcome.out.c_str());
}

TEST(SpinBudget, TheEnvironmentSetsIt) {
  EXPECT_EQ(budget_with("SKEIN_SPIN_US=7"), 7'000);
  EXPECT_EQ(budget_with("SKEIN_SPIN_US=0"), 0);
  EXPECT_EQ(budget_with("SKEIN_SPIN_US=100000"), 100'000'000);
}

TEST(SpinBudget, WhatTheEnvironmentGetsWrongIsReportedAndIgnored) {
  for (const char* wrong : {"-1", "100001", "", "5us", "five", "99999999999999999999", "1.5"}) {
    const Outcome outcome = run_scenario("prints_the_budget", {.environment = {std::string("SKEIN_SPIN_US=") + wrong}});
    EXPECT_TRUE(outcome.good()) << outcome;
    EXPECT_NE(outcome.err.find("SKEIN_SPIN_US=" + std::string(wrong) + " is no number of microseconds"),
              std::string::npos)
        << outcome;
    EXPECT_GE(std::atoll(outcome.out.c_str()), 0);
    EXPECT_LE(std::atoll(outcome.out.c_str()), 100'000);
  }
}

// Whoever would be waited for cannot run meanwhile.
TEST(SpinBudget, IsZeroOnOneProcessor) {
  const Outcome outcome = run_scenario("prints_the_budget", {.environment = {"SKEIN_SPIN_US_=unset"}, .processor = 0});
  EXPECT_TRUE(outcome.good()) << outcome;
  EXPECT_EQ(outcome.out, "0");
}

TEST(SpinBudget, TheEnvironmentHoldsOnOneProcessorToo) {
  const Outcome outcome = run_scenario("prints_the_budget", {.environment = {"SKEIN_SPIN_US=9"}, .processor = 0});
  EXPECT_EQ(outcome.out, "9000") << outcome;
}

SKEIN_SCENARIO(measures_once) {
  const auto first = spin_budget();
  for (int i = 0; i < 1000; ++i) {
    if (spin_budget() != first) return 1;
  }
  return 0;
}

TEST(SpinBudget, IsMeasuredOnceAndStaysInItsBounds) {
  cpu_set_t usable;
  ASSERT_EQ(::sched_getaffinity(0, sizeof usable, &usable), 0);
  const auto budget = spin_budget();
  if (budget.count() != 0) {  // Zero under a quota, or where there is one processor.
    EXPECT_GT(CPU_COUNT(&usable), 1);
    EXPECT_GE(budget, microseconds(2));
    EXPECT_LE(budget, microseconds(100));
  }
  EXPECT_TRUE(run_scenario("measures_once").good());
}

TEST(SpinBudget, CanBeSetAtAnyTime) {
  set_spin_budget(microseconds(3));
  EXPECT_EQ(spin_budget(), microseconds(3));
  set_spin_budget(milliseconds(100));
  EXPECT_EQ(spin_budget(), milliseconds(100));
  set_spin_budget(nanoseconds(0));
  EXPECT_EQ(spin_budget(), nanoseconds(0));
}

TEST(SpinBudget, OutOfBoundsIsAnErrorAndChangesNothing) {
  set_spin_budget(microseconds(5));
  EXPECT_THROW(set_spin_budget(nanoseconds(-1)), ValueError);
  EXPECT_THROW(set_spin_budget(milliseconds(100) + nanoseconds(1)), ValueError);
  EXPECT_EQ(spin_budget(), microseconds(5));
}

// ---- one wait's spinning ----

// How long a Spin goes on when nothing comes.
double spins_for(SpinHistory& history, Deadline deadline) {
  const double start = now();
  Spin spin(history, deadline);
  while (spin.step()) {
  }
  return now() - start;
}

TEST(Spin, EndsAfterItsBudget) {
  set_spin_budget(milliseconds(20));
  SpinHistory history;
  EXPECT_GE(spins_for(history, Deadline()), 0.02);
}

TEST(Spin, DoesNotBeginWithoutABudget) {
  set_spin_budget(nanoseconds(0));
  SpinHistory history;
  Spin spin(history, Deadline());
  EXPECT_FALSE(spin.step());
  EXPECT_FALSE(spin.spun());
}

TEST(Spin, EndsAtTheDeadline) {
  set_spin_budget(milliseconds(100));
  SpinHistory history;
  double shortest = 1;
  for (int i = 0; i < 10; ++i) shortest = std::min(shortest, spins_for(history, Deadline(Timeout(0.005))));
  EXPECT_GE(shortest, 0.004);
  EXPECT_LT(shortest, 0.09);
}

// Its end was once kept as 0, which meant "not yet known": Condition.wait(0) spun for ever.
TEST(Spin, EndsAtOnceWhenTheDeadlineHasPassed) {
  set_spin_budget(milliseconds(100));
  SpinHistory history;
  double shortest = 1;
  for (int i = 0; i < 10; ++i) shortest = std::min(shortest, spins_for(history, Deadline(Timeout(-5))));
  EXPECT_LT(shortest, 0.09);
}

TEST(Spin, IsGivenUpWhereItDoesNotPay) {
  set_spin_budget(microseconds(10));
  SpinHistory history;
  int spun = 0;
  for (int i = 0; i < 640; ++i) {
    Spin spin(history, Deadline());
    while (spin.step()) {
    }
    if (spin.spun()) ++spun;
  }
  EXPECT_GE(spun, 5) << "now and then it tries again";
  EXPECT_LE(spun, 40);
}

TEST(Spin, IsTakenUpAgainWhereItPays) {
  set_spin_budget(microseconds(10));
  SpinHistory history;
  for (int i = 0; i < 100; ++i) spins_for(history, Deadline());  // Unlearnt.
  int spun = 0;
  for (int i = 0; i < 1000; ++i) {
    Spin spin(history, Deadline());
    static_cast<void>(spin.step());
    if (spin.spun()) ++spun;
    spin.paid_off();
  }
  EXPECT_GT(spun, 800);
}

}  // namespace
}  // namespace skein
