// Tests that run with each start method.
#ifndef SKEIN_TESTS_MULTIPROCESSING_METHODS_H_
#define SKEIN_TESTS_MULTIPROCESSING_METHODS_H_

#include <gtest/gtest.h>
#include <skein/multiprocessing/context.h>
#include <skein/multiprocessing/process_handle.h>

#include <string>

#include "testing/repeat.h"

namespace skein::testing {

// GetParam(): the method's name. Leaves no children.
class MethodTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { SKEIN_FORKS(); }
  void TearDown() override {
    for (const multiprocessing::ProcessHandle& child : multiprocessing::active_children()) {
      ADD_FAILURE() << child.name() << " is left over";
      child.kill();
      child.join();
    }
  }
  static multiprocessing::Context context() { return multiprocessing::get_context(GetParam()); }
};

// Of a class with threads of its own, which TSan can look at: there with spawn alone.
class ThreadedMethodTest : public MethodTest {
 protected:
  void SetUp() override {
    if (!kForkIsTestable && GetParam() != "spawn") GTEST_SKIP() << "TSan does not follow children that fork() makes";
  }
};

}  // namespace skein::testing

#define SKEIN_TEST_ALL_METHODS(Suite)                                                        \
  INSTANTIATE_TEST_SUITE_P(Methods, Suite, ::testing::Values("fork", "spawn", "forkserver"), \
                           [](const ::testing::TestParamInfo<std::string>& given) { return given.param; })

#endif  // SKEIN_TESTS_MULTIPROCESSING_METHODS_H_
