// mp_pool_map_errors.cc - mp_pool_map_errors.py, line by line.
#include <skein/core/errors.h>
#include <skein/multiprocessing.h>

#include <ranges>
#include <string>
#include <utility>
#include <vector>

#include "print.h"

namespace multiprocessing = skein::multiprocessing;
using conformance::outcome;
using conformance::print;
using conformance::str;

class SayWhenError : public skein::ValueError {
  using skein::ValueError::ValueError;
};

namespace {

int check(int x) {
  if (x == 3 || x == 8) throw skein::ValueError("bad " + str(x));
  return x;
}

int key(const std::string& x) { throw skein::KeyError("'" + x + "'"); }

int add(int a, int b) {
  if (a == b) throw skein::RuntimeError("the same");
  return a + b;
}

auto exception_throwing_generator(int total, int when) {
  return std::views::iota(when == -1 ? -1 : 0, total) | std::views::transform([when](int i) {
           if (i == when) throw SayWhenError("Somebody said when");
           return i;
         }) |
         std::views::filter([](int) { return true; });
}

auto range(int end) { return std::views::iota(0, end); }

}  // namespace

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  {
    // One worker: what fails first is what comes first.
    auto pool = multiprocessing::get_context("fork").Pool(1);
    print{"one:", outcome([&] { return pool.map(check, range(5)); })};
    print{"two:", outcome([&] { return pool.map(check, range(10), 1); })};
    print{"chunks:", outcome([&] { return pool.map(check, range(10), 3); })};
    print{"good:", outcome([&] { return pool.map(check, range(3)); })};
    print{"key:", outcome([&] { return pool.map(key, std::vector<std::string>{"a"}); })};
    print{"starmap:", outcome([&] { return pool.starmap(add, std::vector<std::pair<int, int>>{{1, 2}, {2, 2}}); })};
    const auto result = pool.map_async(check, range(10), 1);
    print{"async:", outcome([&] { return result.get(); }), result.ready(), result.successful(),
          outcome([&] { return result.get(); })};
    print{"input:", outcome([&] { return pool.map(check, exception_throwing_generator(1, -1), 1); })};
    print{"input:", outcome([&] { return pool.map(check, exception_throwing_generator(10, 2), 1); })};
    print{"async, input:",
          outcome([&] { return pool.map_async(check, exception_throwing_generator(10, 2), 1).get(); })};
    print{"still there:", pool.map(check, range(3))};
  }
}
