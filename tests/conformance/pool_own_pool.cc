// pool_own_pool.cc - pool_own_pool.py, line by line.
#include <skein/futures.h>
#include <skein/threading.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <mutex>
#include <tuple>
#include <vector>

#include "print.h"

namespace futures = skein::futures;
namespace threading = skein::threading;
using conformance::print;

namespace {

int pow(int base, int exponent) { return exponent == 0 ? 1 : base * pow(base, exponent - 1); }

}  // namespace

int main() {
  threading::Lock lock;
  std::vector<int> held;
  futures::ThreadPoolExecutor executor(4);

  const auto under_lock = [&](int number) {
    const std::scoped_lock guard(lock);
    held.push_back(number);
    auto inner = executor.submit(pow, number, 2);
    return inner.result();
  };

  const std::function<int(int)> depth = [&](int number) {
    if (number == 0) return 0;
    return executor.submit(depth, number - 1).result() + 1;
  };

  print{"depth:", executor.submit(depth, 3).result()};
  int right = 0;
  for (int round = 0; round < 100; ++round) {
    std::vector<futures::Future<int>> fs;
    for (int number = 0; number < 3; ++number) fs.push_back(executor.submit(under_lock, number));
    std::vector<int> results;
    for (const auto& f : fs) results.push_back(f.result());
    right += results == std::vector{0, 1, 4} ? 1 : 0;
  }
  print{"under a lock:", right, held.size()};

  const auto gather = [&] {
    std::vector<futures::Future<int>> fs;
    for (int number = 0; number < 5; ++number) fs.push_back(executor.submit(pow, number, 2));
    std::vector<int> found;
    for (const auto& f : futures::as_completed(fs)) found.push_back(f.result());
    std::ranges::sort(found);
    fs.clear();
    for (int number = 0; number < 4; ++number) fs.push_back(executor.submit(pow, number, 3));
    const auto [done, not_done] = futures::wait(fs);
    std::vector<int> cubes;
    for (const auto& f : done) cubes.push_back(f.result());
    std::ranges::sort(cubes);
    return std::tuple(found, cubes, not_done.size());
  };

  const auto [found, cubes, missing] = executor.submit(gather).result();
  print{found, cubes, missing};
  print{executor
            .submit([&] {
              std::vector<int> squares;
              for (const int square : executor.map(pow, std::vector{1, 2, 3}, std::vector{2, 2, 2})) {
                squares.push_back(square);
              }
              return squares;
            })
            .result()};
}
