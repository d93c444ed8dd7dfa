// pool_initializer.cc - pool_initializer.py, line by line.
#include <skein/futures.h>
#include <skein/threading.h>

#include <mutex>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "print.h"

namespace futures = skein::futures;
namespace threading = skein::threading;
using conformance::print;

int main() {
  threading::Lock lock;
  std::vector<std::pair<std::string, int>> calls;
  threading::local<std::string> place;

  const auto prepare = [&](const std::string& text, int number) {
    {
      const std::scoped_lock guard(lock);
      calls.emplace_back(text, number);
    }
    *place = text + " " + std::to_string(number);
  };

  threading::Barrier barrier(3);

  const auto work = [&] {
    barrier.wait();
    return *place;
  };

  {
    futures::ThreadPoolExecutor executor({.max_workers = 3}, prepare, "worker", 7);
    print{"not used:", calls};
    const auto values = [&] {
      std::vector<futures::Future<std::string>> fs;
      for (int i = 0; i < 3; ++i) fs.push_back(executor.submit(work));
      std::vector<std::string> results;
      for (const auto& f : fs) results.push_back(f.result());
      return results;
    };
    print{"values:", values()};
    print{"calls:", calls};
    print{"values:", values()};
    print{"calls:", calls};
  }

  const auto value = [&] { return *place; };

  // By position, and without arguments.
  {
    futures::ThreadPoolExecutor executor(1, "named", prepare, std::tuple("by position", 1));
    print{executor.submit(value).result()};
  }

  const auto prepare_alone = [&] { *place = threading::current_thread().name(); };

  futures::ThreadPoolExecutor executor(1, "alone", prepare_alone);
  print{executor.submit(value).result()};
}
