// pool_max_workers.cc - pool_max_workers.py, line by line.
#include <skein/futures.h>
#include <skein/threading.h>

#include <algorithm>
#include <atomic>
#include <mutex>

#include "print.h"

namespace futures = skein::futures;
namespace threading = skein::threading;
using conformance::outcome;
using conformance::print;
using skein::None;

namespace {

int pow(int base, int exponent) { return exponent == 0 ? 1 : base * pow(base, exponent - 1); }

void make(auto number) { futures::ThreadPoolExecutor(number).shutdown(); }

}  // namespace

int main() {
  for (const int number : {0, -1, -1000}) {
    print{number, outcome([&] { make(number); })};
    print{number, outcome([&] { const futures::ThreadPoolExecutor executor({.max_workers = number}); })};
  }
  for (const int number : {1, 2, 1000000}) print{number, outcome([&] { make(number); })};
  print{None, outcome([&] { make(None); })};

  {
    futures::ThreadPoolExecutor executor(1000000);
    print{executor.submit(pow, 2, 10).result(), threading::active_count()};
  }
  {
    futures::ThreadPoolExecutor executor;
    print{executor.submit(pow, 2, 10).result(), threading::active_count()};
  }

  // No more at a time than that.
  threading::Lock lock;
  std::atomic<int> running = 0;
  int most = 0;
  threading::Event full;

  const auto work = [&] {
    {
      const std::scoped_lock guard(lock);
      ++running;
      most = std::max(most, running.load());
    }
    if (running == 3) full.set();
    full.wait();
    const std::scoped_lock guard(lock);
    --running;
  };

  {
    futures::ThreadPoolExecutor executor(3);
    for (int i = 0; i < 50; ++i) executor.submit(work);
  }
  print{"at a time:", most, running.load()};
}
