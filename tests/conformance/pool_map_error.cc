// pool_map_error.cc - pool_map_error.py, line by line.
#include <skein/futures.h>
#include <skein/threading.h>

#include <ranges>
#include <string>
#include <vector>

#include "print.h"

namespace futures = skein::futures;
namespace threading = skein::threading;
using conformance::outcome;
using conformance::print;

int main() {
  threading::Event go;
  threading::Event begun;
  std::vector<int> ran;

  const auto work = [&](int number) {
    ran.push_back(number);
    if (number == 2) throw skein::ValueError("in the middle");
    if (number == 3) {
      begun.set();
      go.wait();
    }
    return number * 10;
  };

  std::vector<int> taken;

  const auto take = [&](auto&& results) {
    for (const int result : results) taken.push_back(result);
  };

  {
    futures::ThreadPoolExecutor executor(1);
    auto results = executor.map(work, std::views::iota(0, 10));
    begun.wait();
    print{outcome([&] { take(results); }), taken};
    print{"again:", outcome([&] { take(results); }), taken};
    go.set();
    print{"next:", executor.submit(work, 11).result()};
  }
  print{"ran:", ran};

  // The first of two errors is the one that is raised.
  taken.clear();

  const auto fail = [](int number) {
    if (number % 2 == 1) throw skein::RuntimeError("number " + std::to_string(number));
    return number;
  };

  {
    futures::ThreadPoolExecutor executor(3);
    print{outcome([&] { take(executor.map(fail, std::vector{0, 2, 5, 4, 7})); }), taken};
    print{outcome([&] { take(executor.map(fail, std::vector{1})); }), taken};
  }

  // A range that fails: map() throws that itself.
  const auto broken = [](int place) {
    if (place == 2) throw skein::ValueError("no more");
    return 4 + 2 * place;
  };

  futures::ThreadPoolExecutor executor(1);
  print{outcome([&] { static_cast<void>(executor.map(fail, std::views::iota(0) | std::views::transform(broken))); })};
  print{"still good:", executor.submit(fail, 8).result()};
}
