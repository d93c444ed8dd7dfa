// rlock_timeouts.cc - rlock_timeouts.py, line by line.
#include <skein/threading.h>

#include <cmath>
#include <string>

#include "print.h"

namespace threading = skein::threading;
using conformance::in_thread;
using conformance::outcome;
using conformance::print;

int main() {
  threading::RLock lock;

  const auto try_all = [&](auto acquire) {
    print{"(True, -5):", acquire([&] { return lock.acquire(true, -5); })};
    print{"(True, -0.5):", acquire([&] { return lock.acquire(true, -0.5); })};
    print{"(True, 0):", acquire([&] { return lock.acquire(true, 0); })};
    print{"(True, 0.01):", acquire([&] { return lock.acquire(true, 0.01); })};
    print{"(True, nan):", acquire([&] { return lock.acquire(true, std::nan("")); })};
    print{"(False, 1):", acquire([&] { return lock.acquire(false, 1); })};
    print{"(False, 0):", acquire([&] { return lock.acquire(false, 0); })};
    print{"(False, -1):", acquire([&] { return lock.acquire(false, -1); })};
    print{"(timeout=0.01):", acquire([&] { return lock.acquire({.timeout = 0.01}); })};
  };

  const auto acquire_and_release = [&](auto acquire) {
    std::string result = outcome(acquire);
    if (result == "True") lock.release();
    return result;
  };

  print{"free"};
  try_all(acquire_and_release);
  print{"(True, -1):", acquire_and_release([&] { return lock.acquire(true, -1); })};
  print{"release once more:", outcome([&] { lock.release(); })};

  print{"held by this thread"};
  lock.acquire();
  try_all(acquire_and_release);
  print{"(True, -1):", acquire_and_release([&] { return lock.acquire(true, -1); })};

  print{"held by another thread"};
  try_all([](auto acquire) { return in_thread(acquire); });
  print{"release:", outcome([&] { lock.release(); })};
  print{"release once more:", outcome([&] { lock.release(); })};
}
