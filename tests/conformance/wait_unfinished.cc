// wait_unfinished.cc - wait_unfinished.py, line by line.
#include <skein/futures.h>

#include <algorithm>
#include <vector>

#include "print.h"

namespace futures = skein::futures;
using conformance::outcome;
using conformance::print;

int main() {
  using Futures = std::vector<futures::Future<int>>;

  std::vector<int> taken;

  const auto take = [&](const Futures& fs, skein::Timeout timeout) {
    return outcome([&] {
      taken.clear();
      for (const auto& f : futures::as_completed(fs, timeout)) taken.push_back(f.result());
    });
  };

  futures::Future<int> pending;
  futures::Future<int> cancelled;
  cancelled.cancel();
  futures::Future<int> done;
  done.set_result(1);
  for (const double timeout : {0.0, -1.0, 0.01}) {
    print{take({pending}, timeout), taken};
    print{take({pending, pending}, timeout), taken};
    print{take({pending, done, cancelled}, timeout), taken};
    print{take({done, done}, timeout), taken};
  }

  // The rest can still be had by another call; a timeout has cancelled nothing.
  pending.set_result(2);
  const auto ending = take({pending, done}, 0);
  std::ranges::sort(taken);
  print{ending, taken};
}
