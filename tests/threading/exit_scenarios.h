// exit_scenarios.h - what the tests of the end of a process share.
#ifndef SKEIN_TESTS_THREADING_EXIT_SCENARIOS_H_
#define SKEIN_TESTS_THREADING_EXIT_SCENARIOS_H_

#include <gtest/gtest.h>
#include <skein/threading.h>
#include <skein/time.h>

#include <cstdio>
#include <string>

#include "testing/child.h"

namespace skein::testing {

// Runs the scenario in a process of its own, which must end by itself with that status and output, and no errors.
inline void expect_output(const char* scenario, const std::string& output, int status = 0) {
  const Outcome outcome = run_scenario(scenario);
  EXPECT_FALSE(outcome.hung) << outcome;
  EXPECT_EQ(outcome.status, status) << outcome;
  EXPECT_EQ(outcome.out, output) << outcome;
  EXPECT_EQ(outcome.err, "");
}

inline void works_for_a_while(const char* text) {
  time::sleep(0.05);
  std::puts(text);
}

// What a thread that ends the process waits for afterwards: a short sleep, and a lock that is free.
struct Waits {
  ~Waits() {
    threading::Event never;
    std::puts(never.wait(0.01) ? "set" : "waited");
    std::fflush(stdout);
  }
};

}  // namespace skein::testing

#endif  // SKEIN_TESTS_THREADING_EXIT_SCENARIOS_H_
