// pool_map.cc - pool_map.py, line by line.
#include <skein/futures.h>
#include <skein/threading.h>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <ranges>
#include <string>
#include <vector>

#include "print.h"

namespace futures = skein::futures;
namespace threading = skein::threading;
using conformance::print;

namespace {

auto list(auto&& range) {
  std::vector<std::ranges::range_value_t<decltype(range)>> result;
  for (auto&& part : range) result.push_back(part);
  return result;
}

int pow(int base, int exponent) { return exponent == 0 ? 1 : base * pow(base, exponent - 1); }

}  // namespace

int main() {
  std::vector<int> ends;
  std::array<threading::Event, 4> events;

  // Ends only when the next one has ended.
  const auto backwards = [&](int number) {
    const auto place = static_cast<std::size_t>(number);
    if (number < 3) events[place + 1].wait();
    ends.push_back(number);
    events[place].set();
    return number * 10;
  };

  futures::ThreadPoolExecutor executor(4);
  print{list(executor.map(backwards, std::views::iota(0, 4))), ends};
  print{list(executor.map(pow, std::vector{2, 3, 4}, std::vector{5, 2, 3}))};
  print{list(executor.map(pow, std::vector{2, 3, 4, 5}, std::vector{5, 2}))};
  using Texts = std::vector<std::string>;
  print{list(executor.map([](const std::string& a, const std::string& b, const std::string& c) { return a + b + c; },
                          Texts{"a", "b"}, Texts{"c", "d", "e"}, Texts{"f", "g"}))};
  print{list(executor.map([](int x) { return std::abs(x); }, std::vector<int>())),
        list(executor.map(pow, std::vector<int>(), std::vector{1}))};
  for (const int chunksize : {1, 2, 3, 10}) {
    print{chunksize, list(executor.map({.chunksize = chunksize}, [](int x) { return x * x; }, std::views::iota(0, 7)))};
  }

  // All calls are submitted before the first result is asked for.
  threading::Semaphore calls(0);
  auto results = executor.map(
      [&](int /*x*/) {
        calls.release();
        return 0;
      },
      std::views::iota(0, 5));
  for (int i = 0; i < 5; ++i) calls.acquire();
  print{"all submitted"};
  print{list(results).size()};

  // The elements are read when map() is called.
  std::vector<int> given = {1, 2, 3};
  auto negated = executor.map([](int x) { return -x; }, given);
  given.clear();
  print{list(negated)};
}
