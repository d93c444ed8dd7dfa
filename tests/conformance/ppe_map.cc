// ppe_map.cc - ppe_map.py, line by line.
#include <skein/multiprocessing.h>
#include <skein/process_pool.h>

#include <ranges>
#include <string>
#include <vector>

#include "print.h"

namespace futures = skein::futures;
namespace multiprocessing = skein::multiprocessing;
using conformance::outcome;
using conformance::print;
using conformance::str;

namespace {

int twice(int x) { return 2 * x; }

std::string join(int x, const std::string& text, int y) { return std::to_string(x) + text + std::to_string(y); }

void nothing(int) {}

auto range(int end) { return std::views::iota(0, end); }

template <class Results>
auto list(Results&& results) {
  std::vector<std::decay_t<decltype(*results.begin())>> all;
  for (auto&& result : results) all.push_back(result);
  return all;
}

using Ints = std::vector<int>;
using Texts = std::vector<std::string>;

}  // namespace

int main(int argc, char** argv) {
  multiprocessing::freeze_support(argc, argv);
  for (const char* const method : {"fork", "spawn", "forkserver"}) {
    auto context = multiprocessing::get_context(method);
    {
      futures::ProcessPoolExecutor executor(2, context);
      for (const int chunksize : {1, 2, 3, 7, 100}) {
        print{chunksize, list(executor.map({.chunksize = chunksize}, twice, range(10)))};
      }
      print{list(executor.map(join, Ints{1, 2, 3}, Texts{"a", "b", "c"}, Ints{4, 5}))};
      print{list(executor.map({.chunksize = 2}, join, Ints{1, 2, 3}, Texts{"a", "b", "c"}, Ints{4, 5, 6}))};
      print{list(executor.map(twice, Ints{}))};
      print{list(executor.map({.chunksize = 2}, nothing, range(5))).size()};
      for (const int chunksize : {0, -1}) {
        print{outcome([&] { static_cast<void>(executor.map({.chunksize = chunksize}, twice, Ints{1})); })};
      }
      auto results = executor.map(twice, Ints{1, 2, 3});
      auto at = results.begin();
      const auto next = [&] {
        if (at == results.end()) return std::string("the end");
        std::string value = str(*at);
        ++at;
        return value;
      };
      print{next(), next(), next(), next()};
    }
    // Everything is submitted by the call of map().
    futures::ProcessPoolExecutor executor(1, context);
    auto results = executor.map(twice, Ints{4, 5, 6});
    executor.shutdown();
    print{list(results)};
    print{outcome([&] { static_cast<void>(executor.map(twice, Ints{1})); })};
  }
}
