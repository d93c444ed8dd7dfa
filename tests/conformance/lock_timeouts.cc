// lock_timeouts.cc - lock_timeouts.py, line by line.
#include <skein/threading.h>
#include <skein/time.h>

#include <cmath>
#include <string>

#include "print.h"

namespace threading = skein::threading;
namespace time_ = skein::time;
using conformance::outcome;
using conformance::print;

int main() {
  threading::Lock lock;

  const auto acquire_free = [&](auto timeout) {
    std::string result = outcome([&] { return lock.acquire(true, timeout); });
    if (lock.locked()) lock.release();
    return result;
  };

  print{"free"};
  print{"-5:", acquire_free(-5)};
  print{"-1:", acquire_free(-1)};
  print{"-1.0:", acquire_free(-1.0)};
  print{"-0.5:", acquire_free(-0.5)};
  print{"0:", acquire_free(0)};
  print{"0.01:", acquire_free(0.01)};
  print{"1000000:", acquire_free(1000000)};
  print{"nan:", acquire_free(std::nan(""))};
  print{"keyword:", outcome([&] { return lock.acquire({.timeout = 0.01}); })};

  print{"held"};
  print{"-5:", outcome([&] { return lock.acquire(true, -5); })};
  print{"-0.5:", outcome([&] { return lock.acquire(true, -0.5); })};
  print{"0:", outcome([&] { return lock.acquire(true, 0); })};
  print{"0.01:", outcome([&] { return lock.acquire(true, 0.01); })};
  print{"keyword:", outcome([&] { return lock.acquire({.timeout = 0.01}); })};
  print{"nan:", outcome([&] { return lock.acquire(true, std::nan("")); })};
  const double begin = time_::monotonic();
  lock.acquire({.timeout = 0.05});
  print{"not before its time:", time_::monotonic() - begin >= 0.05};

  print{"after the timeouts"};
  lock.release();
  print{"locked:", lock.locked()};
  print{"acquire(False):", lock.acquire(false)};
}
