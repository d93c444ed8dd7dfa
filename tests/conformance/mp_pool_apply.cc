// mp_pool_apply.cc - mp_pool_apply.py, line by line.
#include <skein/core/errors.h>
#include <skein/multiprocessing.h>

#include <string>
#include <vector>

#include "print.h"

namespace multiprocessing = skein::multiprocessing;
using conformance::outcome;
using conformance::print;

namespace {

int power(int base, int exponent) {
  int result = 1;
  for (int i = 0; i < exponent; ++i) result *= base;
  return result;
}

std::string greet(const std::string& name) { return "hello " + name; }

void nothing() {}

int fail(const std::string& text) { throw skein::ValueError(text); }

}  // namespace

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  auto pool = multiprocessing::get_context("fork").Pool(2);
  print{"apply:", pool.apply(power, 2, 10), pool.apply(greet, "a")};
  print{"nothing:", outcome([&] { pool.apply(nothing); })};
  print{"raises:", outcome([&] { return pool.apply(fail, "why"); })};

  const auto result = pool.apply_async(power, 3, 2);
  print{"get:", result.get(), result.get(), result.get(10), result.get({.timeout = 10})};
  print{"after:", result.ready(), result.successful()};
  print{"wait:", outcome([&] { result.wait(); }), outcome([&] { result.wait(0); }),
        outcome([&] { result.wait({.timeout = 1}); })};

  const auto failed = pool.apply_async(fail, "twice");
  print{"get:", outcome([&] { return failed.get(); }), outcome([&] { return failed.get(); }),
        outcome([&] { return failed.get(10); })};
  print{"after:", failed.ready(), failed.successful()};

  std::vector<multiprocessing::pool::AsyncResult<int>> results;
  for (int i = 0; i < 10; ++i) results.push_back(pool.apply_async(power, i, 2));
  std::vector<int> squares;
  for (const auto& each : results) squares.push_back(each.get());
  print{"many:", squares};

  // They outlive their pool.
  pool.terminate();
  print{"terminated:", result.get(), outcome([&] { return failed.get(); }), result.successful()};
}
