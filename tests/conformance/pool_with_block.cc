// pool_with_block.cc - pool_with_block.py, line by line.
#include <skein/futures.h>
#include <skein/threading.h>

#include <algorithm>
#include <functional>
#include <mutex>
#include <vector>

#include "print.h"

namespace futures = skein::futures;
namespace threading = skein::threading;
using conformance::outcome;
using conformance::print;

int main() {
  std::vector<int> done;
  threading::Lock lock;

  const auto work = [&](int number, threading::Event& go) {
    go.wait();
    const std::scoped_lock guard(lock);
    done.push_back(number);
  };

  threading::Event go;
  std::vector<futures::Future<void>> fs;
  {
    futures::ThreadPoolExecutor executor(2);
    for (int number = 0; number < 8; ++number) fs.push_back(executor.submit(work, number, std::ref(go)));
    print{"in the block:", done};
    go.set();
  }
  std::ranges::sort(done);
  print{"after it:", done, std::ranges::all_of(fs, [](const auto& f) { return f.done(); })};

  const auto leave = [&] {
    futures::ThreadPoolExecutor executor(1);
    for (int number = 0; number < 3; ++number) executor.submit(work, number, std::ref(go));
    go.set();
    throw skein::ValueError("out");
  };

  done.clear();
  go.clear();
  print{outcome(leave), done};

  // A task that submits others: those are waited for as well, if they come before the end.
  done.clear();
  threading::Event more;
  {
    futures::ThreadPoolExecutor executor(1);

    const auto spread = [&] {
      for (int number = 0; number < 3; ++number) executor.submit(work, number, std::ref(go));
      more.set();
    };

    executor.submit(spread);
    more.wait();
  }
  print{"spread:", done};
}
