// wait_as_completed.cc - wait_as_completed.py, line by line.
#include <skein/futures.h>
#include <skein/threading.h>

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "print.h"

namespace futures = skein::futures;
namespace threading = skein::threading;
using conformance::print;

int main() {
  using Future = futures::Future<int>;
  using Futures = std::vector<Future>;

  Futures fs(5);
  threading::Semaphore given(0);
  std::vector<std::pair<std::ptrdiff_t, bool>> order;

  const auto take = [&] {
    for (const auto& f : futures::as_completed(Futures{fs[0], fs[1], fs[2], fs[3], fs[4], fs[2], fs[0]})) {
      order.emplace_back(std::ranges::find(fs, f) - fs.begin(), f.cancelled());
      given.release();
    }
  };

  threading::Thread thread(take);
  thread.start();
  for (const int index : {3, 0, 4}) {
    fs[static_cast<std::size_t>(index)].set_result(index);
    given.acquire();
    print{"given:", order};
  }
  fs[1].set_exception(skein::ValueError("bad"));
  static_cast<void>(fs[1].exception());
  given.acquire();
  print{"given:", order};
  fs[2].cancel();
  fs[2].set_running_or_notify_cancel();
  thread.join();
  print{"given:", order};

  // Those that are done already go first.
  fs = Futures(3);
  fs[2].set_result(2);
  std::vector<int> results;
  for (const auto& f : futures::as_completed(Futures{fs[0], fs[1], fs[2], fs[2]}, {.timeout = 1000})) {
    results.push_back(f.result());
    if (results.size() < 3) fs[2 - results.size()].set_result(static_cast<int>(2 - results.size()));
  }
  print{"done first:", results};

  const auto all = [](auto&& range) {
    std::vector<int> found;
    for (const auto& f : range) found.push_back(f.result());
    return found;
  };

  Future done;
  done.set_result(1);
  print{"twice:", all(futures::as_completed(Futures{done, done}))};
  print{"none:", all(futures::as_completed(Futures{}))};
  print{"none:", all(futures::as_completed(Futures{}, 0))};
}
