// pool_map_abandoned.cc - pool_map_abandoned.py, line by line.
#include <skein/futures.h>
#include <skein/threading.h>

#include <ranges>
#include <string>
#include <vector>

#include "print.h"

namespace futures = skein::futures;
namespace threading = skein::threading;
using conformance::print;

namespace {

void check(const std::string& what, auto use) {
  threading::Event begun;
  threading::Event go;
  std::vector<int> ran;

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
    {
      auto results = executor.map(work, std::views::iota(0, 6));
      begun.wait();
      use(results);
    }
    go.set();
  }
  print{what, ran};
}

}  // namespace

int main() {
  check("never iterated:", [](auto& /*results*/) {});
  check("one taken:", [](auto& results) { print{"taken:", *results.begin()}; });
  check("two taken:", [](auto& results) {
    auto it = results.begin();
    const int first = *it;
    ++it;
    print{"taken:", first, *it};
  });

  const auto stop_early = [](auto& results) {
    for (const int result : results) {
      print{"taken:", result};
      break;
    }
  };

  check("loop left:", stop_early);
}
