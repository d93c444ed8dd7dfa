// mp_pool_map.cc - mp_pool_map.py, line by line.
#include <skein/multiprocessing.h>

#include <numeric>
#include <ranges>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "print.h"

namespace multiprocessing = skein::multiprocessing;
using conformance::print;
using conformance::str;
using skein::None;

namespace {

int square(int x) { return x * x; }

std::string shout(std::string text) {
  for (char& letter : text) letter = static_cast<char>(letter - 'a' + 'A');
  return text;
}

int add(int a, int b) { return a + b; }

std::string describe(int number, const std::string& text, bool flag) {
  return str(number) + " " + text + " " + str(flag);
}

// As a generator, it does not say how many there are.
auto numbers() {
  return std::views::iota(0) | std::views::take_while([](int i) { return i < 5; });
}

auto range(int begin, int end) { return std::views::iota(begin, end); }

int sum(const std::vector<int>& all) { return std::accumulate(all.begin(), all.end(), 0); }

std::vector<std::pair<int, int>> pairs(int first, int second) {
  std::vector<std::pair<int, int>> all;
  for (int i = 0; i < 5; ++i) all.emplace_back(first + i, second + i);
  return all;
}

}  // namespace

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  {
    auto pool = multiprocessing::get_context("fork").Pool(3);
    const std::vector<int> none;
    const std::vector<int> few{3, 1, 2};
    print{"map:", pool.map(square, range(0, 10))};
    for (const int chunksize : {1, 2, 3, 10, 100}) {
      print{"chunks of", chunksize, pool.map(square, range(0, 10), chunksize)};
    }
    print{"keyword:", pool.map({.chunksize = 2}, square, few), pool.map(square, few, None)};
    print{"empty:", pool.map(square, none), pool.map(square, none, 0), pool.map(square, none, 5)};
    print{"generator:", pool.map(square, numbers()), pool.map(square, numbers(), 2)};
    print{"text:", pool.map(shout, std::vector<std::string>{"a", "b"})};
    print{"long:", sum(pool.map(square, range(0, 1000))), sum(pool.map(square, range(0, 1000), 7))};
    auto result = pool.map_async(square, range(0, 4));
    print{"async:", result.get(), result.ready(), result.successful(), result.get()};
    result = pool.map_async(square, range(0, 4), 3);
    print{"async:", result.get({.timeout = 10})};
    const auto nothing = pool.map_async(square, none);
    print{"async, empty:", nothing.ready(), nothing.successful(), nothing.get()};

    const std::vector<std::pair<int, int>> two{{1, 2}, {3, 4}};
    print{"starmap:", pool.starmap(add, two), pool.starmap(add, two, 2)};
    print{"starmap:", pool.starmap({.chunksize = 1}, describe,
                                   std::vector<std::tuple<int, std::string, bool>>{{1, "x", true}, {2, "y", false}})};
    print{"starmap:", pool.starmap(add, pairs(0, 5)), pool.starmap(add, std::vector<std::pair<int, int>>())};
    print{"starmap_async:", pool.starmap_async(add, pairs(0, 0)).get()};
    print{"starmap_async:", pool.starmap_async(add, pairs(0, 0), 2).get()};
  }
}
