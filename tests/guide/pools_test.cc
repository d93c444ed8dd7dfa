// What docs/porting_pools.md shows that Python has not.
#include <gtest/gtest.h>
#include <skein/core/errors.h>
#include <skein/multiprocessing.h>

#include <csignal>
#include <ranges>
#include <string>
#include <vector>

#include "multiprocessing/methods.h"

namespace multiprocessing = skein::multiprocessing;

namespace {

class GuidePoolsTest : public skein::testing::MethodTest {};
SKEIN_TEST_ALL_METHODS(GuidePoolsTest);

// [lost]
// The results; what became of those that there are none of.
std::vector<std::string> convert_all(multiprocessing::Pool& pool, int (*convert)(int), const std::vector<int>& inputs) {
  std::vector<multiprocessing::AsyncResult<int>> results;
  for (const int input : inputs) results.push_back(pool.apply_async({.timeout = 0.5}, convert, input));
  std::vector<std::string> said;
  for (const auto& result : results) {
    try {
      said.push_back(std::to_string(result.get()));
    } catch (const multiprocessing::WorkerLost& lost) {
      said.push_back("the worker " + multiprocessing::WorkerLost::how(lost.exit_code()));
    } catch (const skein::TimeoutError& error) {
      said.push_back(error.what());
    }
  }
  return said;
}
// [/lost]

int convert(int input) {
  if (input == 2) ::raise(SIGKILL);
  while (input == 3) ::pause();
  return 10 * input;
}

TEST_P(GuidePoolsTest, WorkersThatAreLostAndCallsThatTakeTooLong) {
  auto pool = context().Pool(3);
  EXPECT_EQ(convert_all(pool, convert, {1, 2, 3, 4}),
            (std::vector<std::string>{"10", "the worker was killed by SIGKILL", "the call did not end in time", "40"}));
}

// [again]
std::vector<int> converted(const std::vector<int>& inputs, int (*convert)(int)) {
  multiprocessing::Pool pool({.on_worker_lost = multiprocessing::OnWorkerLost::kRunAgain, .retries = 2});
  return pool.map(convert, inputs);
}
// [/again]

TEST_P(GuidePoolsTest, CallsThatAreRunAgain) {
  EXPECT_EQ(converted({1, 4}, convert), (std::vector{10, 40}));
  EXPECT_THROW(converted({1, 2}, convert), multiprocessing::WorkerLost);
}

}  // namespace
