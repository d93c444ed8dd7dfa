// pool_map_timeout.cc - pool_map_timeout.py, line by line.
#include <skein/futures.h>
#include <skein/threading.h>

#include <cstdlib>
#include <ranges>
#include <vector>

#include "print.h"

namespace futures = skein::futures;
namespace threading = skein::threading;
using conformance::outcome;
using conformance::print;

namespace {

void check(auto timeout) {
  threading::Event go;
  threading::Event begun;
  std::vector<int> ran;
  std::vector<int> taken;

  const auto work = [&](int number) {
    ran.push_back(number);
    if (number == 2) {
      begun.set();
      go.wait();
    }
    return number;
  };

  {
    futures::ThreadPoolExecutor executor(1);
    auto results = executor.map({.timeout = timeout}, work, std::views::iota(0, 6));

    const auto take = [&] {
      for (const int result : results) taken.push_back(result);
    };

    begun.wait();
    print{timeout == 0 || timeout == -1 ? conformance::str(static_cast<int>(timeout)) : "0.02", outcome(take), taken};
    print{"again:", outcome(take), taken};
    go.set();
    print{"next:", executor.submit(work, 11).result()};
  }
  print{"ran:", ran};
}

}  // namespace

int main() {
  check(0);
  check(-1);
  check(0.02);

  const auto abs = [](int x) { return std::abs(x); };
  const auto list = [](auto&& range) {
    std::vector<int> result;
    for (const int part : range) result.push_back(part);
    return result;
  };

  futures::ThreadPoolExecutor executor(2);
  print{"in time:", list(executor.map({.timeout = 1000}, abs, std::vector{-1, 2, -3}))};
  print{"no limit:", list(executor.map({.timeout = skein::None}, abs, std::vector{-1, 2, -3}))};
}
